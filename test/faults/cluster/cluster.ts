import { migrate } from '@sessions/storage';
import { Redis } from 'ioredis';
import { freePort } from '../../../apps/cli/src/start/embedded-postgres';
import { createProjectWithKey } from '../../../apps/cli/src/start/first-project';
import type { ProjectWithKey } from '../../../apps/cli/src/start/first-project';
import type { Role } from '../../support/product-process';
import { startMeilisearch, startPostgres, startRedis } from '../../support/servers';
import type { TestServer } from '../../support/servers';
import { fillDisk } from './full-disk';
import type { FullDisk } from './full-disk';
import { ServerProcess } from './server-process';
import { TcpProxy } from './tcp-proxy';

/** What the product runs on. */
export const PROFILES = ['embedded', 'redis', 'redis+meilisearch'] as const;
export type Profile = (typeof PROFILES)[number];

/** What the suite sets; everything else has its default. */
const SETTINGS = {
  LOG_LEVEL: 'warn',
  SHUTDOWN_DRAIN_SECONDS: '2',
  DATABASE_TIMEOUT_SECONDS: '5',
};

/** Where a process finds each of the servers. */
const URL_SETTINGS = { postgres: 'DATABASE_URL', redis: 'REDIS_URL', meilisearch: 'MEILI_URL' } as const;

/** The servers that a profile may have. */
export type ServerName = keyof typeof URL_SETTINGS;

const ROLES = ['api', 'worker'] as const satisfies Role[];

/** A network for each server that there is. */
type Networks = Partial<Record<ServerName, TcpProxy>>;

/**
 * The whole product, as it would be run: two APIs and two workers, each a process, on servers of their own that keep
 * what they acknowledge. The workers reach the servers through proxies.
 */
export class Cluster {
  /** What ended by itself or did not stop cleanly, in sentences. */
  readonly problems: string[] = [];
  readonly apis: ServerProcess[] = [];
  readonly workers: ServerProcess[] = [];
  /** Base URLs of the APIs, which stay the same. */
  readonly urls: string[] = [];
  private fullDisk: FullDisk | undefined;

  private constructor(
    readonly profile: Profile,
    readonly postgres: TestServer,
    readonly redis: TestServer | undefined,
    readonly meilisearch: (TestServer & { key: string }) | undefined,
    /** The networks between the processes of each kind and the servers. */
    readonly networks: Record<Role, Networks>,
  ) {}

  static async start(profile: Profile): Promise<Cluster> {
    const [postgres, redis, meilisearch] = await Promise.all([
      startPostgres({ durable: true }),
      profile === 'embedded' ? undefined : startRedis(),
      profile === 'redis+meilisearch' ? startMeilisearch() : undefined,
    ]);
    await migrate(postgres.url);
    const networks: Cluster['networks'] = { api: {}, worker: {} };
    for (const [name, server] of Object.entries({ postgres, redis, meilisearch })) {
      if (server === undefined) continue;
      for (const role of ROLES) networks[role][name as ServerName] = await TcpProxy.start(portOf(server));
    }
    const cluster = new Cluster(profile, postgres, redis, meilisearch, networks);
    try {
      await cluster.makeProcesses();
      await cluster.startProcesses();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  /** The settings of a process that reaches the servers directly. */
  get environment(): Record<string, string> {
    const { postgres, redis, meilisearch } = this;
    return {
      ...SETTINGS,
      DATABASE_URL: postgres.url,
      ...(redis === undefined ? {} : { REDIS_URL: redis.url }),
      ...(meilisearch === undefined ? {} : { MEILI_URL: meilisearch.url, MEILI_API_KEY: meilisearch.key }),
    };
  }

  get processes(): ServerProcess[] {
    return [...this.apis, ...this.workers];
  }

  /** Every server that the profile has. */
  get servers(): TestServer[] {
    return [this.postgres, this.redis, this.meilisearch].filter((server) => server !== undefined);
  }

  /** Makes Postgres find its disk full, until `makeRoom` is called on what is returned. */
  async fillDisk(): Promise<FullDisk> {
    this.fullDisk = await fillDisk(this.postgres);
    return this.fullDisk;
  }

  /** Puts everything back as it was before `fillDisk`. */
  async emptyDisk(): Promise<void> {
    const disk = this.fullDisk;
    this.fullDisk = undefined;
    await disk?.remove();
  }

  /** Changes a setting of Redis while it runs. */
  async configureRedis(setting: string, value: string): Promise<void> {
    const redis = new Redis(this.redis?.url ?? '');
    try {
      await redis.config('SET', setting, value);
    } finally {
      redis.disconnect();
    }
  }

  /** A project of its own, so that one scenario's sessions never mix with another's. */
  newProject(name: string): Promise<ProjectWithKey> {
    return createProjectWithKey(this.postgres.url, name);
  }

  /** Starts the processes that do not run, one after the other: two cores are soon busy. */
  async startProcesses(): Promise<void> {
    for (const process of this.processes) await process.start();
  }

  /** Ends everything, also what a fault has left broken. @throws what the first thing that failed threw, once all are ended */
  async stop(): Promise<void> {
    const networks = ROLES.flatMap((role) => Object.values(this.networks[role]));
    const ends = [
      ...(await Promise.allSettled(this.processes.map((process) => process.kill()))),
      ...(await Promise.allSettled([this.emptyDisk()])),
      ...(await Promise.allSettled(networks.map((network) => network.close()))),
      ...(await Promise.allSettled(this.servers.map((server) => server.crash()))),
    ];
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private async makeProcesses(): Promise<void> {
    for (const place of [0, 1]) {
      const port = String(await freePort());
      this.urls[place] = `http://127.0.0.1:${port}`;
      this.apis[place] = new ServerProcess(
        'api',
        { ...this.environmentOf('api'), PORT: port },
        this.problems,
      );
      this.workers[place] = new ServerProcess('worker', this.environmentOf('worker'), this.problems);
    }
  }

  /** The same servers, by way of the networks that can stall. */
  private environmentOf(role: Role): Record<string, string> {
    const environment = { ...this.environment };
    for (const [name, setting] of Object.entries(URL_SETTINGS)) {
      const network = this.networks[role][name as ServerName];
      if (network === undefined) continue;
      const url = new URL(environment[setting] ?? '');
      url.port = String(network.port);
      environment[setting] = url.href;
    }
    return environment;
  }
}

function portOf({ url }: TestServer): number {
  return Number(new URL(url).port);
}
