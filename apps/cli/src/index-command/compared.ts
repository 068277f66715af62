import { IndexCheck } from '@sessions/search';
import type { CheckOptions, CheckResult } from '@sessions/search';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { grouped } from '../numbers';
import { json, project, projectOf, quick } from '../options';
import { withProgress } from '../with-progress';
import { assertProject, withServingIndex } from './with-index';

/**
 * What `index check` and `index repair` share: their options, and a comparison that shows how far it is.
 *
 * @param compare compares, and may queue what differs
 */
export async function compared<Found extends CheckResult>(
  args: string[],
  context: CommandContext,
  compare: (check: IndexCheck, options: CheckOptions) => Promise<Found>,
): Promise<{ found: Found; json: boolean; quick: boolean }> {
  const { values } = parseArgs({ args, options: { json, project, quick } });
  const projectId = projectOf(values.project);
  const found = await withServingIndex(context.configuration(), async (database, admin) => {
    await assertProject(database, projectId);
    return withProgress((show) =>
      compare(new IndexCheck(database, admin), {
        projectId,
        deep: !values.quick,
        report: (count) => show(`Compared ${grouped(count)} ids`),
      }),
    );
  });
  return { found, json: values.json, quick: values.quick };
}
