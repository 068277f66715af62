import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../support/build';
import { readCompose } from './compose-file';

const lines = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').split('\n');
const words = (instruction: string) =>
  lines.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.split(/\s+/).slice(1));

describe('Dockerfile', () => {
  it('builds in stages of one base image, the last without what building needs', () => {
    const stages = words('FROM');
    expect(new Set(stages.map(([image]) => image)).size).toBe(1);
    const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM '))).join('\n');
    expect(last).not.toMatch(/^RUN|^COPY (?!--from)(?!package\.json LICENSE)/m);
    expect(lines.join('\n')).toContain('npm ci --omit=dev');
  });

  it('does not run as root', () => {
    expect(words('USER')).toEqual([['node']]);
  });

  it('copies only files that exist and that .dockerignore lets through', () => {
    const allowed = readFileSync(join(ROOT, '.dockerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = words('COPY').filter(([first]) => !first?.startsWith('--from'));
    for (const file of copied.flatMap((paths) => paths.slice(0, -1))) {
      expect(existsSync(join(ROOT, file))).toBe(true);
      expect(allowed).toContain(file);
    }
  });

  it('runs the API unless told otherwise', () => {
    const command = readCompose({ POSTGRES_PASSWORD: 'p', REDIS_PASSWORD: 'r', MEILI_MASTER_KEY: 'm' })
      .services.api;
    expect(lines).toContain(`CMD ${JSON.stringify(command?.command).replaceAll(',', ', ')}`);
  });
});
