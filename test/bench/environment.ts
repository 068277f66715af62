import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { backends } from '../support/backends';
import { ROOT } from '../support/build';
import type { Backend } from './bench';
import type { Report } from './result';

/** What the product was measured on. */
export function machine(): Report['machine'] {
  const cpus = os.cpus();
  return {
    cpus: cpus.length,
    cpu: cpus[0]?.model.trim() ?? 'unknown',
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    system: `${os.type()} ${os.release()}`,
  };
}

/** Versions of Node and of the servers of this run. */
export function versions(): Record<string, string> {
  const servers = { postgres: 'POSTGRES', redis: 'REDIS', meilisearch: 'MEILI' };
  const found = Object.entries(servers).flatMap(([name, variable]) => {
    const version = process.env[`TEST_RUN_${variable}_VERSION`];
    return version === undefined ? [] : [[name, version.replace(/[()]/g, '')]];
  });
  return { node: process.versions.node, ...(Object.fromEntries(found) as Record<string, string>) };
}

/**
 * The commit that is checked out, marked when files differ from it; `unknown` when git fails, as it does outside a work
 * tree, or is not there.
 */
export function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  try {
    const changed = git('status', '--porcelain', '--untracked-files=no') !== '';
    return git('rev-parse', '--short', 'HEAD') + (changed ? '+changes' : '');
  } catch {
    return 'unknown';
  }
}

/** Whether this run has the servers of a backend. */
export function has(backend: Backend): boolean {
  const { redis, meilisearch } = backends();
  if (backend === 'embedded') return true;
  return redis !== undefined && (backend === 'redis' || meilisearch !== undefined);
}
