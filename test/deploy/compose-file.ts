import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/build';

/** What the tests read of a service in docker-compose.yml. */
interface Service {
  image?: string;
  build?: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
  init?: boolean;
  stop_grace_period?: string;
}

/** docker-compose.yml as written, and with its variables filled in. */
export interface ComposeFile {
  services: Record<string, Service>;
  volumes: Record<string, unknown>;
}

/** The text of docker-compose.yml. */
export function composeText(): string {
  return readFileSync(join(ROOT, 'docker-compose.yml'), 'utf8');
}

/**
 * Reads docker-compose.yml as docker compose does: merge keys, then `${NAME}`, `${NAME:-default}` and
 * `${NAME:?message}`.
 *
 * @throws Error with that message when such a variable is missing or empty.
 */
export function readCompose(variables: Record<string, string>): ComposeFile {
  const file = parse(composeText(), { merge: true }) as ComposeFile;
  return fillIn(file, variables) as ComposeFile;
}

function fillIn(value: unknown, variables: Record<string, string>): unknown {
  if (typeof value === 'string') return interpolate(value, variables);
  if (Array.isArray(value)) return value.map((item) => fillIn(item, variables));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, variables)]));
}

function interpolate(text: string, variables: Record<string, string>): string {
  return text.replace(/\$\{(\w+)(?::([-?])([^}]*))?\}/g, (_, name: string, kind = '', rest = '') => {
    const value = variables[name];
    if (value) return value;
    if (kind === '-') return String(rest);
    throw new Error(kind === '?' ? String(rest) : `${name} is not set`);
  });
}
