import { databaseOf } from '@sessions/runtime';
import { DeadLetterReader, DeadLetterRemoval } from '@sessions/storage';
import type { DeadLetterCounts } from '@sessions/storage';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { CommandError, UsageError } from '../errors';
import { withDatabase } from '../database';
import { grouped } from '../numbers';
import { inSteps } from './in-steps';
import { lettersText, sumOf } from './letter-counts';
import { printableJson } from './printable';
import { selectionOf, selectionOptions } from './selection';
import { processTerminal } from './terminal';
import type { Terminal } from './terminal';

/** Letters that one statement deletes. */
const STEP = 1000;

/** `dead-letters purge`: deletes letters for good, the oldest first, once somebody said yes. */
export async function purge(
  args: string[],
  context: CommandContext,
  terminal: Terminal = processTerminal(),
): Promise<void> {
  const flag = { type: 'boolean', default: false } as const;
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { ...selectionOptions, all: flag, yes: flag, json: flag },
  });
  const { filters, limit = Infinity } = selectionOf(values, positionals);
  if (Object.keys(filters).length > 0 === values.all) {
    throw new UsageError('Say which to purge, by ids or filters, or --all for all of them.');
  }
  const done = await withDatabase(context.configuration(), [], async (dataSource) => {
    const database = databaseOf(dataSource);
    const match = await new DeadLetterReader(database).match(filters);
    const total = Math.min(sumOf(match.counts), limit);
    if (total === 0) return match.counts;
    if (!values.yes) await confirm(match.counts, total, terminal);
    const removal = new DeadLetterRemoval(database);
    return inSteps('Purged', total, (most) => removal.purge(match.filters, Math.min(STEP, most)));
  });
  if (values.json) return context.print(printableJson({ purged: done }));
  if (sumOf(done) === 0) context.print('No dead letter matches; there is nothing to purge.');
  else context.print(`Purged ${lettersText(done)}.`);
}

async function confirm(counts: DeadLetterCounts, total: number, terminal: Terminal): Promise<void> {
  const oldest = total < sumOf(counts) ? `the oldest ${grouped(total)} of ` : '';
  const warning = `This deletes ${oldest}${lettersText(counts)} for good, and what persist letters hold is stored nowhere else.`;
  if (!terminal.interactive) throw new CommandError(`${warning} Add --yes to do it.`);
  const answer = await terminal.ask(`${warning}\nType yes to do it: `);
  if (answer.trim().toLowerCase() !== 'yes') throw new CommandError('Nothing was purged.');
}
