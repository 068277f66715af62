import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../support/build';
import { runFolder } from '../support/run-folder';

const run = promisify(execFile);

/** The scripts behind `npm start`, `npm run cli` and `npm test`, beside a product that is a file or two. */
describe('the scripts of package.json', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(runFolder(), 'scripts-'));
    await cp(join(ROOT, 'scripts'), join(folder, 'scripts'), { recursive: true });
    await write('package-lock.json', '{ "packages": { "node_modules/one": { "version": "1.0.0" } } }');
    await write(
      'node_modules/.package-lock.json',
      '{ "packages": { "node_modules/one": { "version": "1.0.0" } } }',
    );
    await write('dist/apps/cli/src/main.js', 'console.log(JSON.stringify(process.env))');
  });

  async function write(path: string, content: string): Promise<void> {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), content);
  }

  const node = (args: string[], environment: Record<string, string> = {}) =>
    run(process.execPath, args, { cwd: folder, env: { PATH: process.env.PATH, ...environment } });

  describe('run a command', () => {
    const settings = {
      DATABASE_URL: 'postgres://started',
      REDIS_URL: 'redis://started',
      QUEUE_NAME: 'started',
      MEILI_URL: null,
    };
    let lock: Server;

    const environmentOf = async (command: string, environment?: Record<string, string>) => {
      const { stdout } = await node(['scripts/run-built.mjs', 'cli', command], environment);
      return JSON.parse(stdout) as Record<string, string>;
    };

    beforeEach(async () => {
      await write('.data/settings.json', JSON.stringify(settings));
      lock = createServer((connection) => connection.end('running')).listen(
        relative('', join(folder, '.data/start.sock')),
      );
      await once(lock, 'listening');
    });
    afterEach(() => new Promise((closed) => lock.close(closed)));

    it('on what a running start works on, and on nothing else', async () => {
      const found = await environmentOf('keys', { QUEUE_NAME: 'own', MEILI_URL: 'http://own' });
      const { MEILI_URL: none, ...set } = settings;
      expect(none).toBeNull();
      expect(found).toMatchObject(set);
      expect(found).not.toHaveProperty('MEILI_URL');
    });

    it('on nothing of a start that was killed', async () => {
      await new Promise((closed) => lock.close(closed));
      expect(await environmentOf('keys')).not.toHaveProperty('DATABASE_URL');
    });

    it('on the database that is set, with nothing of another product', async () => {
      const found = await environmentOf('keys', { DATABASE_URL: 'postgres://own' });
      expect(found).toMatchObject({ DATABASE_URL: 'postgres://own' });
      expect(found).not.toHaveProperty('REDIS_URL');
    });

    it('that is start on nothing of the run before', async () => {
      expect(await environmentOf('start')).not.toHaveProperty('DATABASE_URL');
    });
  });

  it.each(['20.19.0', '20.20.1', '22.13.0', '24.11.0', '25.0.0', '26.1.0'])(
    'take Node %s',
    async (version) => {
      expect((await checkNode(version)).stdout).toBe('');
    },
  );

  it.each(['18.20.0', '20.18.3', '21.7.3', '22.0.0', '22.12.0', '23.11.0', '24.10.0'])(
    'refuse Node %s, and say which to install',
    async (version) => {
      expect((await checkNode(version)).stdout).toMatch(
        /^Node [\d.]+ cannot run this: install Node 20 from 20\.19 on/,
      );
    },
  );

  const checkNode = (version: string) =>
    node([
      '--input-type=module',
      '--eval',
      `import { checkNode } from './scripts/install.mjs';
      try { checkNode('${version}'); } catch (error) { console.log(error.message); }`,
    ]);

  describe('install what is missing', () => {
    beforeEach(async () => {
      await write('node_modules/.package-lock.json', '{ "packages": {} }');
      await write('bin/npm', '#!/bin/sh\necho "$@" >npm-arguments\n');
      await chmod(join(folder, 'bin/npm'), 0o755);
    });

    const argumentsFor = async (script: string[]) => {
      await node(script, { PATH: `${join(folder, 'bin')}:${process.env.PATH}`, NODE_ENV: 'production' });
      return readFile(join(folder, 'npm-arguments'), 'utf8');
    };

    it('with what builds the product, also in production', async () => {
      expect(await argumentsFor(['scripts/ensure-installed.mjs'])).toMatch(/^ci .*--include=dev/);
    });

    it('as npm is set up where the product is built', async () => {
      expect(await argumentsFor(['scripts/run-built.mjs', 'cli'])).not.toContain('--include=dev');
    });
  });

  describe('build what has changed', () => {
    beforeEach(async () => {
      await write('apps/one.ts', '');
      await write('libs/one.ts', '');
      for (const file of ['package.json', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'])
        await write(file, '{ "scripts": { "build": "mkdir -p dist" } }');
    });

    const running = (pid: number) => write('node_modules/.sessions-build/pid', String(pid));

    it('and take over the lock of a build that was killed', async () => {
      await running(2 ** 30);
      await node(['scripts/build.mjs']);
      expect(existsSync(join(folder, 'dist/.built'))).toBe(true);
      expect(existsSync(join(folder, 'node_modules/.sessions-build'))).toBe(false);
    });

    it('after a build that runs already, and say so', async () => {
      await running(process.pid);
      const building = node(['scripts/run-built.mjs', 'cli']);
      const shown = new Promise((resolve) => building.child.stderr?.once('data', resolve));
      expect(String(await shown)).toBe('Waiting for another build to end…\n');
      expect(existsSync(join(folder, 'dist/.built'))).toBe(false);
      await rm(join(folder, 'node_modules/.sessions-build'), { recursive: true });
      expect((await building).stderr).toContain('Building…');
    });
  });
});
