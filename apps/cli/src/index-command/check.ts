import { IndexCheck } from '@sessions/search';
import { parseArgs } from 'node:util';
import { CommandError } from '../command';
import type { CommandContext } from '../command';
import { grouped, numberOf } from '../numbers';
import { json, project, projectOf, quick } from '../options';
import { comparisonText, comparisonView, repairable } from './comparison-view';
import { StepProgress } from './step-progress';
import { withServingIndex } from './with-index';

/** `index check`: compares and changes nothing. Fails, so that the process ends with 1, when anything differs. */
export async function check(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json, project, quick } });
  const projectId = projectOf(values.project);
  const progress = new StepProgress();
  const result = await withServingIndex(context.configuration(), (database, admin) =>
    progress.during((show) =>
      new IndexCheck(database, admin).check({
        projectId,
        deep: !values.quick,
        report: (compared) => show(`Compared ${grouped(compared)} ids`),
      }),
    ),
  );
  context.print(values.json ? JSON.stringify(comparisonView(result)) : comparisonText(result));
  const differing = repairable(result);
  if (differing > 0) {
    throw new CommandError(
      `The search index differs from the database in ${numberOf(differing, 'place')}: run \`index repair\`.`,
    );
  }
  if (!values.json && values.quick) context.print('The counts agree.');
  else if (!values.json) context.print('The search index is in order.');
}
