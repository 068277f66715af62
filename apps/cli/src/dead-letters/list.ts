import { databaseOf } from '@sessions/runtime';
import { DeadLetterReader } from '@sessions/storage';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { withDatabase } from '../database';
import { grouped } from '../numbers';
import { json } from '../options';
import { table } from '../table';
import { sumOf } from './letter-counts';
import { letterView } from './letter-view';
import { printable, printableJson } from './printable';
import { selectionOf, selectionOptions } from './selection';

const DEFAULT_LIMIT = 50;

/** Characters of a reason that fit into the table; `show` prints all of it. */
const REASON_WIDTH = 100;

/** `dead-letters list`: the newest first, and how many there are. */
export async function list(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { ...selectionOptions, json },
  });
  const { filters, limit = DEFAULT_LIMIT } = selectionOf(values);
  const { counts, found } = await withDatabase(context.configuration(), [], async (dataSource) => {
    const letters = new DeadLetterReader(databaseOf(dataSource));
    const match = await letters.match(filters);
    return { counts: match.counts, found: await letters.list(match.filters, limit) };
  });
  const total = sumOf(counts);
  const views = found.map(letterView);
  if (values.json) return context.print(printableJson({ dead_letters: views, total }));
  if (views.length === 0) {
    const all = Object.keys(filters).length === 0;
    return context.print(all ? 'There are no dead letters.' : 'No dead letter matches.');
  }
  const rows = views.map((view) => [
    view.id,
    view.kind,
    view.parked_at,
    view.project_id,
    view.session_id,
    shortened(printable(view.reason)),
  ]);
  context.print(table(['ID', 'KIND', 'PARKED', 'PROJECT', 'SESSION', 'REASON'], rows));
  if (total > views.length) {
    context.print(
      `\nThese are the newest ${grouped(views.length)} of ${grouped(total)}; --limit shows more of them.`,
    );
  }
}

function shortened(text: string): string {
  return text.length <= REASON_WIDTH ? text : `${text.slice(0, REASON_WIDTH - 1)}…`;
}
