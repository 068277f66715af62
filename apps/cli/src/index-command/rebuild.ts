import { IndexRebuild, RebuildRunsError } from '@sessions/search';
import type { RebuildProgress } from '@sessions/search';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { CommandError } from '../errors';
import { grouped, numberOf } from '../numbers';
import { json } from '../options';
import { withProgress } from '../with-progress';
import { withServingIndex } from './with-index';

/** `index rebuild`: fills a new index beside the live one, then puts it in its place. Safe to repeat. */
export async function rebuild(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json } });
  const begunAt = Date.now();
  const { indexed, refused } = await withServingIndex(context.configuration(), (database, admin) =>
    withProgress((show) =>
      new IndexRebuild(database, admin, (step) => show(progressText(step))).run().catch(explained),
    ),
  );
  const seconds = (Date.now() - begunAt) / 1000;
  if (values.json) return context.print(JSON.stringify({ indexed, refused, seconds }));
  context.print(
    `Rebuilt the search index with ${numberOf(indexed, 'session')} in ${seconds.toFixed(1)} s; searches use it now.`,
  );
  if (refused > 0) {
    context.print(
      `${numberOf(refused, 'session')} refused by the engine: \`dead-letters list --kind index\` says why.`,
    );
  }
}

function progressText({ phase, indexed, sessions }: RebuildProgress): string {
  if (phase === 'filling') return `Indexed ${grouped(indexed)} of ${grouped(sessions)} sessions`;
  if (phase === 'catching up') return 'Bringing over what was written meanwhile';
  return 'Putting the new index in the place of the old one';
}

function explained(error: unknown): never {
  if (error instanceof RebuildRunsError) {
    throw new CommandError(`${error.message} Wait until it ends; \`index status\` shows it.`, {
      cause: error,
    });
  }
  throw error;
}
