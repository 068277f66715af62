import type { SessionSource, SessionStatus, SessionTag } from '../enums';
import { invalid } from '../errors';
import type { ErrorDetail } from '../errors';
import { DEFAULT_PAGE, LIST_PARAMETERS } from './list-parameters';
import { text } from './parameter-parsers';

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

/**
 * The parsed parameters of a list.
 *
 * @throws ApiError 400 naming what is unknown, given twice or wrong, up to 20 parameters.
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
    else if (value !== '' || parameter.emptyMeansAny !== true) {
      const parsed = parameter.parse(value);
      if ('must' in parsed) problems.push({ field: name, message: `${name} ${parsed.must}.` });
      else query[name] = parsed.value;
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
  } else {
    const parsed = text(projectId);
    if ('must' in parsed) problems.push({ field: 'projectId', message: `projectId ${parsed.must}.` });
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
