import { IndexCheck } from '@sessions/search';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { grouped, numberOf } from '../numbers';
import { json, project, projectOf, quick } from '../options';
import { comparisonText, comparisonView, repairable } from './comparison-view';
import { StepProgress } from '../step-progress';
import { assertProject, withServingIndex } from './with-index';

/** `index repair`: queues what differs, for the workers to index or remove. Safe to repeat. */
export async function repair(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json, project, quick } });
  const projectId = projectOf(values.project);
  const progress = new StepProgress();
  const result = await withServingIndex(context.configuration(), async (database, admin) => {
    await assertProject(database, projectId);
    return progress.during((show) =>
      new IndexCheck(database, admin).repair({
        projectId,
        deep: !values.quick,
        report: (compared) => show(`Compared ${grouped(compared)} ids`),
      }),
    );
  });
  if (values.json) {
    const { queued, left } = result;
    return context.print(JSON.stringify({ ...comparisonView(result), queued, left }));
  }
  context.print(comparisonText(result));
  if (repairable(result) === 0) return context.print('There is nothing to repair.');
  context.print(
    `Queued for indexing: ${numberOf(result.queued, 'session')}; \`index status\` shows how many wait.`,
  );
  if (result.left > 0) {
    const documents = numberOf(result.left, 'document');
    context.print(
      `Left for the next repair: ${documents} that should not be there. Once none wait, run it again.`,
    );
  }
}
