import type { CommandContext } from '../command';
import { numberOf } from '../numbers';
import { compared } from './compared';
import { comparisonText, comparisonView, repairable } from './comparison-view';

/** `index repair`: queues what differs, for the workers to index or remove. Safe to repeat. */
export async function repair(args: string[], context: CommandContext): Promise<void> {
  const { found, json } = await compared(args, context, (index, options) => index.repair(options));
  const { queued, left } = found;
  if (json) return context.print(JSON.stringify({ ...comparisonView(found), queued, left }));
  context.print(comparisonText(found));
  if (repairable(found) === 0) return context.print('There is nothing to repair.');
  context.print(`Queued for indexing: ${numberOf(queued, 'session')}; \`index status\` shows how many wait.`);
  if (left > 0) {
    const documents = numberOf(left, 'document');
    context.print(
      `Left for the next repair: ${documents} that should not be there. Once none wait, run it again.`,
    );
  }
}
