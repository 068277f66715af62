import { randomBytes } from 'node:crypto';
import { createProjectWithKey } from '../../apps/cli/src/start/first-project';
import type { ProjectWithKey } from '../../apps/cli/src/start/first-project';
import { backends, createDatabase } from './backends';
import type { QueueBackend, SearchBackend } from './backends';
import { requireBuild } from './build';
import { dropIndex, dropQueue } from './clean-up';
import { startProcess } from './product-process';
import type { ProductProcess, Role } from './product-process';

/** How to run the product. */
export interface ProductOptions {
  queue: QueueBackend;
  search: SearchBackend;
  /** How many API processes; default 1. */
  apis?: number;
  /** How many worker processes; default 1. */
  workers?: number;
  /** Settings by the names of their environment variables; these win over all others. */
  settings?: Record<string, string>;
  /** A database with the schema to use and keep; default one of its own, dropped at the end. */
  databaseUrl?: string;
}

/** The built product, running. */
export interface Product extends ProjectWithKey {
  /** Base URL of the first API, without a slash at the end. */
  url: string;
  /** Base URLs of every API that was started. */
  urls: string[];
  databaseUrl: string;
  /** Every process that was started and not ended by `stop`. */
  processes: ProductProcess[];
  /** Starts one more process, with further settings. */
  start(role: Role, settings?: Record<string, string>): Promise<ProductProcess>;
  /** Calls the API with the project's key. `path` begins with `/`; `projectId` is added unless it is there. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Stops APIs, then workers, and removes what they stored. Throws when one had died or did not stop cleanly. */
  stop(): Promise<void>;
}

/**
 * Starts the built product as processes of their own, on a fresh database, with a project and a key. Give the hook
 * that calls it 60 s.
 */
export async function startProduct(options: ProductOptions): Promise<Product> {
  await requireBuild();
  const database = options.databaseUrl ? undefined : await createDatabase();
  const databaseUrl = options.databaseUrl ?? database?.url ?? '';
  const project = await createProjectWithKey(databaseUrl, 'Test');
  const environment = { ...environmentOf(options, databaseUrl), ...options.settings };
  const processes: ProductProcess[] = [];
  const deaths: string[] = [];
  const urls: string[] = [];

  const start = async (role: Role, settings: Record<string, string> = {}): Promise<ProductProcess> => {
    const started = await startProcess(role, { ...environment, ...settings });
    processes.push(started);
    if (started.url) urls.push(started.url);
    void started.died.then((output) => deaths.push(output));
    return started;
  };
  const removeStored = async (): Promise<void> => {
    if (environment.REDIS_URL) await dropQueue(environment.REDIS_URL, environment.QUEUE_NAME);
    if (environment.MEILI_URL) {
      await dropIndex(environment.MEILI_URL, environment.MEILI_API_KEY ?? '', environment.SEARCH_INDEX);
    }
    await database?.drop();
  };
  const stop = async (): Promise<void> => {
    const problems: string[] = [];
    for (const role of ['api', 'worker'] as const) {
      const ours = processes.filter((one) => one.role === role);
      const ends = await Promise.allSettled(ours.map((one) => one.end()));
      for (const [index, end] of ends.entries()) {
        if (end.status === 'rejected') problems.push((end.reason as Error).message);
        // None has what a test has killed on purpose.
        else if (end.value !== 0 && end.value !== null) {
          problems.push(`The ${role} stopped with code ${end.value}. It wrote:\n${ours[index]?.output()}`);
        }
      }
    }
    processes.length = 0;
    await removeStored();
    if (problems.length + deaths.length > 0) throw new Error([...deaths, ...problems].join('\n'));
  };

  const roles = [
    ...Array<Role>(options.apis ?? 1).fill('api'),
    ...Array<Role>(options.workers ?? 1).fill('worker'),
  ];
  // All of them, so that none which starts after another has failed is left behind.
  const starts = await Promise.allSettled(roles.map((role) => start(role)));
  const failed = starts.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await Promise.all(processes.map((one) => one.end('SIGKILL')));
    await removeStored();
    throw failed.reason;
  }
  const url = urls[0] ?? '';
  const request = (path: string, init: RequestInit = {}): Promise<Response> => {
    const target = new URL(path, urls[0]);
    if (!target.searchParams.has('projectId')) target.searchParams.set('projectId', project.projectId);
    const headers = new Headers(init.headers);
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${project.apiKey}`);
    if (init.body && !headers.has('content-type')) headers.set('content-type', 'application/json');
    return fetch(target, { ...init, headers });
  };
  return { ...project, url, urls, databaseUrl, processes, start, request, stop };
}

/** A queue and an index of its own keep this product apart from others on the same servers. */
function environmentOf(
  { queue, search }: ProductOptions,
  databaseUrl: string,
): Record<string, string> & { QUEUE_NAME: string; SEARCH_INDEX: string } {
  const name = `test-${randomBytes(6).toString('hex')}`;
  const environment = {
    DATABASE_URL: databaseUrl,
    PORT: '0',
    QUEUE_NAME: name,
    SEARCH_INDEX: name,
    SHUTDOWN_DRAIN_SECONDS: '0',
  };
  return { ...environment, ...queueSettings(queue), ...searchSettings(search) };
}

function queueSettings(queue: QueueBackend): Record<string, string> {
  if (queue === 'postgres') return {};
  const { redis } = backends();
  if (!redis) throw new Error('This machine has no Redis: take the queue backends from queueBackends().');
  return { REDIS_URL: redis.url };
}

function searchSettings(search: SearchBackend): Record<string, string> {
  if (search === 'postgres') return {};
  const { meilisearch } = backends();
  if (!meilisearch) {
    throw new Error('This machine has no Meilisearch: take the search engines from searchEngines().');
  }
  return { MEILI_URL: meilisearch.url, MEILI_API_KEY: meilisearch.key };
}
