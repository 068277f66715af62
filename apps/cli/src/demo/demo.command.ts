import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Command, CommandContext } from '../command';
import { CommandError, UsageError } from '../errors';
import { grouped } from '../numbers';
import { readQuickstart } from '../start/quickstart-file';
import type { Quickstart } from '../start/quickstart-file';
import { StatusLine } from '../status-line';
import { DemoApi } from './demo-api';
import { generateSession } from './generate-session';
import { progressLine } from './progress-line';
import { Watch } from './watch';

const CONNECTIONS = 32;
const DEFAULT_COUNT = 2000;

/** How long the demo waits while nothing more becomes stored or searchable. */
const PATIENCE_MS = 120_000;

const SEARCHES = ['export button', 'single sign-on', '"forgot password"', 'invoise', 'offline -expensive'];

/** `demo`: sends generated sessions to a running API, shows how far they are, then reads some of them. */
export const demoCommand: Command = {
  async run(args, context) {
    const { values } = parseArgs({
      args,
      options: {
        url: { type: 'string' },
        project: { type: 'string' },
        key: { type: 'string' },
        count: { type: 'string', default: String(DEFAULT_COUNT) },
      },
    });
    const count = Number(values.count);
    if (!Number.isInteger(count) || count < 1) throw new UsageError('--count must be a whole number from 1.');
    const target = await targetOf(values);
    const api = new DemoApi(target);
    const run = `demo${randomBytes(4).toString('hex')}`;
    context.print(`Sending ${grouped(count)} sessions to ${target.url} over ${CONNECTIONS} connections.`);
    await send(api, run, count, context);
    await read(api, run, context);
  },
};

async function targetOf(given: { url?: string; project?: string; key?: string }): Promise<Quickstart> {
  const { url, project, key } = given;
  if (url && project && key) return { url, projectId: project, apiKey: key };
  // The key of the running start is for its own API alone.
  if (url || project || key) throw new UsageError('Give --url, --project and --key, or none of them.');
  const kept = await readQuickstart(join('.data', 'quickstart.json'));
  if (!kept) {
    throw new CommandError(
      'There is nothing to send to: run "npm start" first, in another terminal, or give --url, --project and --key.',
    );
  }
  return kept;
}

/** Sends all sessions while a `Watch` counts how many are stored and searchable, then waits for the last. */
async function send(api: DemoApi, run: string, count: number, context: CommandContext): Promise<void> {
  const watch = new Watch(api, run, count);
  const status = new StatusLine(process.stdout);
  const giveUp = new AbortController();
  const now = Date.now();
  let next = 0;
  const sender = async (): Promise<void> => {
    while (next < count && !giveUp.signal.aborted) {
      await api.create(generateSession(next++, run, now));
      watch.accepted();
    }
  };
  try {
    await Promise.all([
      watch.untilAllThere(PATIENCE_MS, giveUp.signal, (counts) => status.show(progressLine(counts, count))),
      ...Array.from({ length: CONNECTIONS }, sender),
    ]);
  } finally {
    giveUp.abort();
    status.finish();
  }
  for (const line of watch.summary()) context.print(line);
}

async function read(api: DemoApi, run: string, context: CommandContext): Promise<void> {
  const { sessions, total } = await api.list({ companyId: run, limit: '3' });
  context.print(`\nThe newest of ${grouped(total)}, each with its messages:`);
  for (const { id, name, source } of sessions) {
    const { messages } = await api.get(id);
    context.print(
      `  ${id}  ${source}  ${name ?? ''}: “${messages[0]?.content ?? ''}” (${messages.length} in all)`,
    );
  }
  context.print('\nSearches in all sessions of the project:');
  for (const search of SEARCHES) {
    const begun = performance.now();
    const found = await api.list({ search, limit: '1' });
    const took = Math.round(performance.now() - begun);
    context.print(
      `  ${search}: ${grouped(found.total)} found in ${took} ms, first “${found.sessions[0]?.name ?? '–'}”`,
    );
  }
}
