import { spawnSync } from 'node:child_process';
import { settings } from '@sessions/runtime';
import { composeText, readCompose } from './compose-file';
import { ROOT } from '../support/build';
import { MEILI_INDEXING_MEMORY } from '../support/servers';

const SECRETS = {
  POSTGRES_PASSWORD: 'secretp',
  REDIS_PASSWORD: 'secretr',
  MEILI_MASTER_KEY: 'secretm-of-16-bytes',
};
const { services, volumes } = readCompose(SECRETS);
const ours = ['api', 'worker', 'migrate'];

/** `docker compose config` needs the client and its plugin, not an engine. */
const hasCompose = spawnSync('docker', ['compose', 'version']).status === 0;

describe('docker-compose.yml', () => {
  it.each(Object.keys(SECRETS))('asks for %s in a sentence when it is not set', (name) => {
    expect(() => readCompose({ ...SECRETS, [name]: '' })).toThrow(
      `Copy .env.example to .env and set ${name} there`,
    );
  });

  it('holds no secret itself', () => {
    const given = Object.entries(services).flatMap(([name, { environment = {}, command = [] }]) =>
      [...Object.entries(environment), ...command.map((word) => ['', word] as const)]
        .filter(([key, value]) => /PASSWORD|KEY|:\/\/[^/]*@/.test(`${key} ${value}`))
        .map(([key, value]) => ({ name, key, value })),
    );
    expect(given.length).toBeGreaterThanOrEqual(7);
    for (const { value } of given) expect(value).toMatch(/secret[prm]/);
    expect(composeText()).not.toMatch(/secret[prm]/);
  });

  it('starts every service from an image or the Dockerfile, after services that exist', () => {
    for (const { image, depends_on: needed = {} } of Object.values(services)) {
      expect(image).toMatch(/^[\w./-]+:[\w.-]+$/);
      for (const [other, { condition }] of Object.entries(needed)) {
        expect(services).toHaveProperty(other);
        const checked = services[other]?.healthcheck !== undefined;
        expect(condition).toBe(checked ? 'service_healthy' : 'service_completed_successfully');
      }
    }
    for (const name of ours) expect(services[name]?.build).toBe('.');
  });

  it('passes signals on to our processes, and leaves them the time that they may take to stop', () => {
    const { SHUTDOWN_DRAIN_SECONDS, SHUTDOWN_SECONDS } = settings;
    const seconds = SHUTDOWN_DRAIN_SECONDS.parse(undefined) + SHUTDOWN_SECONDS.parse(undefined);
    const patient = readCompose({ ...SECRETS, STOP_GRACE_PERIOD: '90s' });
    for (const name of ours) {
      expect(services[name]?.init).toBe(true);
      expect(Number.parseInt(services[name]?.stop_grace_period ?? '', 10)).toBeGreaterThan(seconds);
      expect(patient.services[name]?.stop_grace_period).toBe('90s');
    }
  });

  it('keeps the data of every server in a volume', () => {
    const used = Object.values(services).flatMap(({ volumes: mounts = [] }) =>
      mounts.map((one) => one.split(':')[0]),
    );
    expect(used.sort()).toEqual(Object.keys(volumes).sort());
    expect(services.postgres?.volumes).toEqual(['postgres-data:/var/lib/postgresql']);
  });

  it('has Postgres checkpoint less often than by default', () => {
    expect(services.postgres?.command?.join(' ')).toContain('-c max_wal_size=4GB');
  });

  it('runs Redis so that nothing acknowledged is lost or evicted', () => {
    const command = services.redis?.command?.join(' ');
    expect(command).toContain('--appendonly yes --appendfsync always --maxmemory-policy noeviction');
  });

  it('bounds the memory of Meilisearch, as tests and the benchmark do, and gives it a master key', () => {
    expect(services.meilisearch?.environment).toMatchObject({
      MEILI_MAX_INDEXING_MEMORY: MEILI_INDEXING_MEMORY,
      MEILI_MASTER_KEY: SECRETS.MEILI_MASTER_KEY,
    });
  });

  it('offers the API only', () => {
    const offered = Object.entries(services).filter(([, { ports }]) => ports);
    expect(offered.map(([name, { ports }]) => [name, ports])).toEqual([['api', ['3000:3000']]]);
  });

  if (hasCompose) {
    it('is valid for docker compose', () => {
      const { status, stderr } = spawnSync('docker', ['compose', 'config', '--quiet'], {
        cwd: ROOT,
        env: { ...process.env, ...SECRETS },
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });
  }
});
