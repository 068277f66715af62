import { IndexCheck } from '@sessions/search';
import type { CheckResult } from '@sessions/search';
import { parseArgs } from 'node:util';
import { CommandError } from '../command';
import type { CommandContext } from '../command';
import { grouped, numberOf } from '../numbers';
import { json, project, projectOf, quick } from '../options';
import { comparisonText, comparisonView, repairable } from './comparison-view';
import { StepProgress } from '../step-progress';
import { assertProject, withServingIndex } from './with-index';

/** `index check`: compares and changes nothing. Fails, so that the process ends with 1, when anything differs. */
export async function check(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json, project, quick } });
  const projectId = projectOf(values.project);
  const progress = new StepProgress();
  const result = await withServingIndex(context.configuration(), async (database, admin) => {
    await assertProject(database, projectId);
    return progress.during((show) =>
      new IndexCheck(database, admin).check({
        projectId,
        deep: !values.quick,
        report: (compared) => show(`Compared ${grouped(compared)} ids`),
      }),
    );
  });
  context.print(values.json ? JSON.stringify(comparisonView(result)) : comparisonText(result));
  const differing = repairable(result);
  if (differing > 0) {
    throw new CommandError(
      `The search index differs from the database in ${numberOf(differing, 'place')}: run \`index repair\`.`,
    );
  }
  if (!values.json) context.print(values.quick ? quickVerdict(result) : 'The search index is in order.');
}

/** Without a difference, as those that wait and those that were refused are none. */
function quickVerdict({ counts }: CheckResult): string {
  const agree =
    counts.unknown === 0 && counts.projects.every(({ sessions, documents }) => sessions === documents);
  return agree ? 'The counts agree.' : 'The counts differ by what waits for the index or was refused.';
}
