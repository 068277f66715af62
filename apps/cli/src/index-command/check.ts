import type { CheckResult } from '@sessions/search';
import type { CommandContext } from '../command';
import { CommandError } from '../errors';
import { numberOf } from '../numbers';
import { compared } from './compared';
import { comparisonText, comparisonView, repairable } from './comparison-view';

/** `index check`: compares and changes nothing. Fails, so that the process ends with 1, when anything differs. */
export async function check(args: string[], context: CommandContext): Promise<void> {
  const { found, json, quick } = await compared(args, context, (index, options) => index.check(options));
  context.print(json ? JSON.stringify(comparisonView(found)) : comparisonText(found));
  const differing = repairable(found);
  if (differing > 0) {
    throw new CommandError(
      `The search index differs from the database in ${numberOf(differing, 'place')}: run \`index repair\`.`,
    );
  }
  if (!json) context.print(quick ? quickVerdict(found) : 'The search index is in order.');
}

/** Without a difference, as those that wait and those that were refused are none. */
function quickVerdict({ counts }: CheckResult): string {
  const agree =
    counts.unknown === 0 && counts.projects.every(({ sessions, documents }) => sessions === documents);
  return agree ? 'The counts agree.' : 'The counts differ by what waits for the index or was refused.';
}
