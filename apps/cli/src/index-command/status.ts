import { indexStatus } from '@sessions/search';
import type { IndexStatus } from '@sessions/search';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { grouped, numberOf } from '../numbers';
import { json, project, projectOf } from '../options';
import { assertProject, withIndex } from './with-index';

/** `index status`: how far indexing is. Works while the search engine is away. */
export async function status(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json, project } });
  const projectId = projectOf(values.project);
  const view = await withIndex(context.configuration(), async (database, admin) => {
    await assertProject(database, projectId);
    return viewOf(admin.name, await indexStatus(database, admin, projectId));
  });
  context.print(values.json ? JSON.stringify(view) : textOf(view));
}

function viewOf(name: string, found: IndexStatus) {
  const { oldestAt, rebuild, engine } = found;
  const answers = 'documents' in engine;
  return {
    engine: name,
    engine_problem: answers ? null : engine.problem,
    sessions: found.sessions,
    documents: answers ? engine.documents : null,
    outbox: {
      waiting: found.waiting,
      claimed: found.claimed,
      oldest_seconds: oldestAt === null ? null : Math.max(0, (Date.now() - oldestAt.getTime()) / 1000),
    },
    dead_letters: found.parked,
    engine_tasks: answers ? engine.tasks : null,
    rebuild: rebuild === null ? null : { since: rebuild.since.toISOString(), running: rebuild.running },
  };
}

function textOf(view: ReturnType<typeof viewOf>): string {
  const { outbox, engine_tasks: tasks, rebuild } = view;
  const age = outbox.oldest_seconds === null ? '' : `, the oldest for ${Math.round(outbox.oldest_seconds)} s`;
  const lines = [
    `Engine        ${view.engine}${view.engine_problem === null ? '' : `: ${view.engine_problem}`}`,
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
  if (rebuild !== null) {
    const state = rebuild.running ? 'running since' : 'killed, run `index rebuild` again; begun';
    lines.push(`Rebuild       ${state} ${rebuild.since}`);
  }
  return lines.join('\n');
}
