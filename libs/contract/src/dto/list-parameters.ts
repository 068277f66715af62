import { SESSION_SOURCES, SESSION_STATUSES, SESSION_TAGS } from '../enums';
import type { ListQuery } from './list-query';
import { boolean, date, listOf, oneOf, text, whole } from './parameter-parsers';
import type { Parser } from './parameter-parsers';

/** The largest page that a list gives, and the one it gives when not asked. */
const MAX_PAGE = 1000;
export const DEFAULT_PAGE = 50;

/** What a parameter is, for parsing and for the API's documentation. */
export interface Parameter {
  description: string;
  parse: Parser;
  /** Whether an empty value is like none, as forms and templates send it. */
  emptyMeansAny?: true;
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
    emptyMeansAny: true,
    schema: string,
  },
  sessionId: {
    description: 'Filter by a specific session ID.',
    parse: text,
    schema: string,
  },
  name: {
    description: 'Part of the session name, whatever its case.',
    parse: text,
    emptyMeansAny: true,
    schema: string,
  },
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
    description:
      'Continues after the page whose `next_cursor` this is. Not together with `offset`. A session whose last activity ' +
      'changes between two pages, or that a search finds and is indexed or changed then, may be on both of them, or on neither.',
    parse: text,
    schema: string,
  },
  stats: {
    description:
      'When `true`, returns integration stats of the whole project, with its archived sessions, instead of sessions. ' +
      'No filter counts.',
    parse: boolean,
    schema: { ...flag, default: false },
  },
};
