import { indexStatus } from '@sessions/search';
import type { IndexStatus } from '@sessions/search';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { grouped, numberOf } from '../numbers';
import { json, project, projectOf } from './options';
import { withIndex } from './with-index';

/** `index status`: how far indexing is. Works while the search engine is away. */
export async function status(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json, project } });
  const projectId = projectOf(values.project);
  const view = await withIndex(context.configuration(), async (database, admin) =>
    viewOf(admin.name, await indexStatus(database, admin, projectId)),
  );
  context.print(values.json ? JSON.stringify(view) : textOf(view));
}

function viewOf(name: string, found: IndexStatus) {
  const { oldestAt, rebuildingSince, engine } = found;
  return {
    engine: name,
    engine_answers: engine !== null,
    sessions: found.sessions,
    documents: engine?.documents ?? null,
    outbox: {
      waiting: found.waiting,
      claimed: found.claimed,
      oldest_seconds: oldestAt === null ? null : Math.max(0, (Date.now() - oldestAt.getTime()) / 1000),
    },
    dead_letters: found.parked,
    engine_tasks: engine?.tasks ?? null,
    rebuilding_since: rebuildingSince?.toISOString() ?? null,
  };
}

function textOf(view: ReturnType<typeof viewOf>): string {
  const { outbox, engine_tasks: tasks, rebuilding_since: since } = view;
  const age = outbox.oldest_seconds === null ? '' : `, the oldest for ${Math.round(outbox.oldest_seconds)} s`;
  const lines = [
    `Engine        ${view.engine}${view.engine_answers ? '' : ', which does not answer'}`,
    `Stored        ${numberOf(view.sessions, 'session')}`,
    `Indexed       ${view.documents === null ? 'unknown' : numberOf(view.documents, 'document')}`,
    `Outbox        ${grouped(outbox.waiting)} waiting${age}, ${grouped(outbox.claimed)} of them claimed`,
    `Dead letters  ${grouped(view.dead_letters)} refused by the engine`,
  ];
  if (tasks !== null) {
    lines.push(
      `Engine queue  ${grouped(tasks.waiting)} waiting, ${grouped(tasks.processing)} being processed`,
    );
  }
  if (since !== null) {
    lines.push(`Rebuild       since ${since}; if it was killed, run \`index rebuild\` again`);
  }
  return lines.join('\n');
}
