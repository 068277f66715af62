import { SESSION_SOURCES, SESSION_STATUSES, SESSION_TAGS } from '../enums';
import type { SessionSource, SessionStatus, SessionTag } from '../enums';
import { invalid } from '../errors';
import type { ErrorDetail } from '../errors';
import { textProblem } from '../validation/json-value';
import { parseTimestamp } from '../validation/timestamp';

/** The largest page that a list gives. */
export const MAX_PAGE = 1000;
const DEFAULT_PAGE = 50;
const DAY_MS = 86_400_000;

/** The parameters of a list, parsed. Absent means any. */
export interface ListQuery {
  /** As given: the outside form, whether it is a project of ours or not. */
  projectId: string;
  search?: string;
  /** As given: the outside form, whether it is a session of ours or not. */
  sessionId?: string;
  name?: string;
  status?: SessionStatus;
  source?: SessionSource;
  tags?: SessionTag[];
  /** Milliseconds since 1970; sessions created at this time or after it. */
  dateFrom?: number;
  /** Milliseconds since 1970; sessions created at this time or before it. */
  dateTo?: number;
  showArchived: boolean;
  isHumanTakeover?: boolean;
  isAnalyzed?: boolean;
  companyId?: string;
  contactId?: string;
  productScopeIds?: string[];
  limit: number;
  offset: number;
  cursor?: string;
  stats: boolean;
}

/** A query string as the HTTP server parsed it: a name that is given twice has an array. */
export type RawQuery = Readonly<Record<string, string | string[] | undefined>>;

/** A parameter's parser gives its value, or a problem as the rest of a sentence: `must …`. */
type Parser = (text: string) => { value: unknown } | { must: string };

const text: Parser = (value) => {
  const must = textProblem(value);
  return must === null ? { value } : { must };
};

const boolean: Parser = (value) =>
  value === 'true' || value === 'false' ? { value: value === 'true' } : { must: 'must be true or false' };

const oneOf =
  (allowed: readonly string[]): Parser =>
  (value) =>
    allowed.includes(value) ? { value } : { must: `must be one of ${allowed.join(', ')}` };

const listOf =
  (allowed?: readonly string[]): Parser =>
  (value) => {
    const must = textProblem(value);
    if (must !== null) return { must };
    const items = [...new Set(value.split(',').map((item) => item.trim()))].filter((item) => item !== '');
    if (items.length === 0) return { must: 'must name at least one, separated by commas' };
    const unknown = allowed && items.find((item) => !allowed.includes(item));
    if (unknown !== undefined) {
      return {
        must: `must be a comma-separated list of ${allowed?.join(', ')}; "${unknown}" is none of them`,
      };
    }
    return { value: items };
  };

const whole =
  (min: number, max: number): Parser =>
  (value) => {
    const number = Number(value);
    return /^\d{1,16}$/.test(value) && number >= min && number <= max
      ? { value: number }
      : { must: `must be a whole number from ${min} to ${max}` };
  };

/** A `+` that was not escaped arrives as a blank, so `2026-01-31T10:00:00 02:00` means the zone +02:00. */
function readDate(value: string) {
  return parseTimestamp(value) ?? parseTimestamp(value.replace(/ (?=\d{2}(:?\d{2})?$)/, '+'));
}

const date =
  (end: boolean): Parser =>
  (value) => {
    const parsed = readDate(value);
    if (parsed === null)
      return { must: 'must be an ISO 8601 date such as 2026-01-31 or 2026-01-31T10:00:00Z' };
    return { value: end && parsed.isDate ? parsed.time + DAY_MS - 1 : parsed.time };
  };

/** What a parameter is, for parsing and for the API's documentation. */
export interface Parameter {
  description: string;
  parse: Parser;
  /** JSON Schema of one value, for the documentation. */
  schema: Readonly<Record<string, unknown>>;
}

const string = { type: 'string' };
const flag = { type: 'boolean' };
const day = { type: 'string', examples: ['2026-01-31', '2026-01-31T10:00:00.000Z'] };

/** The parameters of `GET /api/sessions`, beside `projectId`. */
export const LIST_PARAMETERS: Readonly<Record<Exclude<keyof ListQuery, 'projectId'>, Parameter>> = {
  search: {
    description:
      'Free-text search across session name, description and messages. Every word must match, in any order; the ' +
      'last one also as a prefix; one typo is forgiven from 5 letters; `"a phrase"` and `-word` work.',
    parse: text,
    schema: string,
  },
  sessionId: { description: 'Filter by a specific session ID.', parse: text, schema: string },
  name: { description: 'Part of the session name, whatever its case.', parse: text, schema: string },
  status: {
    description: 'Only sessions that are active, or only closed ones.',
    parse: oneOf(SESSION_STATUSES),
    schema: { ...string, enum: SESSION_STATUSES },
  },
  source: {
    description: 'Only sessions that came from this source.',
    parse: oneOf(SESSION_SOURCES),
    schema: { ...string, enum: SESSION_SOURCES },
  },
  tags: {
    description: 'Comma-separated list of tags; sessions with any of them.',
    parse: listOf(SESSION_TAGS),
    schema: { ...string, examples: ['bug,feature_request'] },
  },
  dateFrom: {
    description: 'ISO 8601 date: sessions created on or after it. A bare date begins at its midnight, UTC.',
    parse: date(false),
    schema: day,
  },
  dateTo: {
    description: 'ISO 8601 date: sessions created on or before it. A bare date includes its whole day, UTC.',
    parse: date(true),
    schema: day,
  },
  showArchived: {
    description: 'Include archived sessions.',
    parse: boolean,
    schema: { ...flag, default: false },
  },
  isHumanTakeover: { description: 'Whether a human agent took over.', parse: boolean, schema: flag },
  isAnalyzed: { description: 'Whether the session has been analyzed.', parse: boolean, schema: flag },
  companyId: {
    description: 'Sessions linked to the company, or whose contact belongs to it.',
    parse: text,
    schema: string,
  },
  contactId: { description: 'Associated contact ID.', parse: text, schema: string },
  productScopeIds: {
    description: 'Comma-separated list of product scope IDs; sessions linked to any of them.',
    parse: listOf(),
    schema: string,
  },
  limit: {
    description: 'Maximum number of sessions to return.',
    parse: whole(1, MAX_PAGE),
    schema: { type: 'integer', minimum: 1, maximum: MAX_PAGE, default: DEFAULT_PAGE },
  },
  offset: {
    description: 'Number of sessions to skip; none when left out.',
    parse: whole(0, Number.MAX_SAFE_INTEGER),
    schema: { type: 'integer', minimum: 0 },
  },
  cursor: {
    description: 'Continues after the page whose `next_cursor` this is. Not together with `offset`.',
    parse: text,
    schema: string,
  },
  stats: {
    description: 'When `true`, returns integration stats instead of sessions.',
    parse: boolean,
    schema: { ...flag, default: false },
  },
};

/**
 * The parsed parameters of a list.
 *
 * @throws ApiError 400 naming every parameter that is unknown, given twice or wrong.
 */
export function parseListQuery(raw: RawQuery): ListQuery {
  const problems: ErrorDetail[] = [];
  const query: Record<string, unknown> = {
    projectId: requireProjectId(raw, problems),
    showArchived: false,
    limit: DEFAULT_PAGE,
    offset: 0,
    stats: false,
  };
  for (const [name, value] of Object.entries(raw)) {
    if (name === 'projectId' || value === undefined) continue;
    const parameter = Object.hasOwn(LIST_PARAMETERS, name)
      ? LIST_PARAMETERS[name as keyof typeof LIST_PARAMETERS]
      : undefined;
    if (parameter === undefined)
      problems.push(unknownParameter(name, ['projectId', ...Object.keys(LIST_PARAMETERS)]));
    else if (Array.isArray(value)) problems.push(givenTwice(name));
    else if (value !== '') {
      const parsed = parameter.parse(value);
      if ('must' in parsed) problems.push({ field: name, message: `${name} ${parsed.must}.` });
      else query[name] = parsed.value;
    } else if (parameter.schema.type !== 'string' || 'enum' in parameter.schema) {
      problems.push({ field: name, message: `${name} must not be empty; leave it out instead.` });
    }
  }
  if (query.cursor !== undefined && raw.offset !== undefined) {
    problems.push({
      field: 'cursor',
      message: 'cursor and offset exclude each other; send only one of them.',
    });
  }
  failOn(problems);
  return query as unknown as ListQuery;
}

/**
 * The project of a request whose only parameter it is.
 *
 * @throws ApiError 400 when it is missing, empty or given twice, or when there are other parameters.
 */
export function parseProjectQuery(raw: RawQuery): { projectId: string } {
  const problems: ErrorDetail[] = [];
  const projectId = requireProjectId(raw, problems);
  for (const name of Object.keys(raw)) {
    if (name !== 'projectId') problems.push(unknownParameter(name, ['projectId']));
  }
  failOn(problems);
  return { projectId };
}

function requireProjectId(raw: RawQuery, problems: ErrorDetail[]): string {
  const { projectId } = raw;
  if (Array.isArray(projectId)) problems.push(givenTwice('projectId'));
  else if (projectId === undefined || projectId === '') {
    problems.push({
      field: 'projectId',
      message: 'projectId is required: add ?projectId=proj_… to the address.',
    });
  }
  return String(projectId);
}

function givenTwice(name: string): ErrorDetail {
  return { field: name, message: `${name} is given more than once; send it once.` };
}

function unknownParameter(name: string, known: string[]): ErrorDetail {
  return {
    field: name,
    message: `${name} is not a parameter of this request; allowed are ${known.join(', ')}.`,
  };
}

function failOn(problems: ErrorDetail[]): void {
  const [first, ...rest] = problems;
  if (first !== undefined) throw invalid([first, ...rest]);
}
