/** The steps that a session can fail at for good: being stored, and being indexed once it is stored. */
export const DEAD_LETTER_KINDS = ['persist', 'index'] as const;

/** The step that a dead letter failed at. */
export type DeadLetterKind = (typeof DEAD_LETTER_KINDS)[number];

/** Which dead letters are meant: those that meet every condition. Ids are UUIDs. */
export interface DeadLetterFilters {
  ids?: readonly string[];
  projectId?: string;
  sessionId?: string;
  kind?: DeadLetterKind;
  /** Text that the reason contains, in upper or lower case. */
  reason?: string;
  /** Parked at this moment or later. */
  after?: Date;
  /** Parked earlier than this moment. */
  before?: Date;
}

/** A condition of SQL, and the values that it refers to as `$1`, `$2` and so on. */
export interface Condition {
  sql: string;
  values: unknown[];
}

const CONDITIONS: Readonly<Record<keyof DeadLetterFilters, (parameter: string) => string>> = {
  ids: (parameter) => `id = ANY(${parameter}::uuid[])`,
  projectId: (parameter) => `project_id = ${parameter}`,
  sessionId: (parameter) => `session_id = ${parameter}`,
  kind: (parameter) => `kind = ${parameter}`,
  reason: (parameter) => `strpos(lower(reason), lower(${parameter}::text)) > 0`,
  after: (parameter) => `created_at >= ${parameter}`,
  before: (parameter) => `created_at < ${parameter}`,
};

/** The filters as a condition on the table `dead_letters`. */
export function conditionOf(filters: DeadLetterFilters): Condition {
  const parts: string[] = [];
  const values: unknown[] = [];
  for (const [name, condition] of Object.entries(CONDITIONS)) {
    const value = filters[name as keyof DeadLetterFilters];
    if (value !== undefined) parts.push(condition(`$${values.push(value)}`));
  }
  return { sql: parts.length === 0 ? 'true' : parts.join(' AND '), values };
}
