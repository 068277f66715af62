import { decodeId } from '@sessions/contract';
import { DEAD_LETTER_KINDS } from '@sessions/storage';
import type { DeadLetterFilters } from '@sessions/storage';
import { UsageError } from '../errors';
import { parseMoment } from '../moment';
import { project as projectOption, projectOf } from '../options';

/** The options of `parseArgs` that say which dead letters are meant. */
export const selectionOptions = {
  project: projectOption,
  session: { type: 'string' },
  kind: { type: 'string' },
  reason: { type: 'string' },
  before: { type: 'string' },
  after: { type: 'string' },
  limit: { type: 'string' },
} as const;

/** The dead letters that a command line means. */
export interface Selection {
  /** Empty when every dead letter is meant. */
  filters: DeadLetterFilters;
  /** The most of them, or undefined for all. */
  limit: number | undefined;
}

/**
 * Reads which dead letters are meant from options, and from ids of single letters.
 *
 * @throws UsageError naming the option that makes no sense
 */
export function selectionOf(
  values: Partial<Record<keyof typeof selectionOptions, string>>,
  ids: readonly string[] = [],
): Selection {
  const { project, session, kind, reason, before, after, limit } = values;
  const filters: DeadLetterFilters = {};
  if (ids.length > 0) filters.ids = ids.map(letterIdOf);
  const projectId = projectOf(project);
  if (projectId !== null) filters.projectId = projectId;
  if (session !== undefined) filters.sessionId = sessionOf(session);
  if (kind !== undefined) filters.kind = kindOf(kind);
  if (reason !== undefined) filters.reason = reasonOf(reason);
  if (before !== undefined) filters.before = parseMoment('--before', before);
  if (after !== undefined) filters.after = parseMoment('--after', after);
  return { filters, limit: limit === undefined ? undefined : limitOf(limit) };
}

/** The UUID of a dead letter's id. */
export function letterIdOf(text: string): string {
  const id = decodeId('dead', text);
  if (id !== null) return id;
  throw new UsageError(
    `${JSON.stringify(text)} is no id of a dead letter, such as dead_…; \`dead-letters list\` shows them.`,
  );
}

function sessionOf(text: string): string {
  const id = decodeId('sess', text);
  if (id !== null) return id;
  throw new UsageError('--session must be an id such as sess_….');
}

function kindOf(text: string): DeadLetterFilters['kind'] {
  const kind = DEAD_LETTER_KINDS.find((known) => known === text);
  if (kind !== undefined) return kind;
  throw new UsageError(`--kind must be ${DEAD_LETTER_KINDS.join(' or ')}.`);
}

function reasonOf(text: string): string {
  if (text !== '') return text;
  throw new UsageError('--reason must be a part of the reason, such as "constraint".');
}

function limitOf(text: string): number {
  const limit = Number(text);
  if (/^\d+$/.test(text) && limit >= 1 && limit <= 1_000_000_000) return limit;
  throw new UsageError('--limit must be a whole number from 1 to 1,000,000,000.');
}
