import { LIST_PARAMETERS } from '@sessions/contract';
import { LISTED_SESSION, PROJECT_ID } from './examples';
import type { OpenApiObject } from './schemas/schema';

/** The project that a request is about. */
export const PROJECT: OpenApiObject = {
  name: 'projectId',
  in: 'query',
  required: true,
  description: 'The project. The API key must belong to it.',
  schema: { type: 'string', minLength: 1 },
  example: PROJECT_ID,
};

/** The client's own id of a request. */
export const REQUEST_ID: OpenApiObject = {
  name: 'X-Request-Id',
  in: 'header',
  description: 'Your own id for the request, to find it in the logs. It comes back in the answer.',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,128}$' },
};

/** What makes a create repeatable. */
export const IDEMPOTENCY_KEY: OpenApiObject = {
  name: 'Idempotency-Key',
  in: 'header',
  description:
    'Makes it safe to send the request again: the same key and body give the first answer again. Keys are kept ' +
    'for at least 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
};

/** The path parameter of a get. */
export const SESSION_ID: OpenApiObject = {
  name: 'sessionId',
  in: 'path',
  required: true,
  description: 'The ID of the session.',
  schema: { type: 'string' },
  example: LISTED_SESSION.id,
};

/** The query parameters of a list, from the declarations that parse them. */
export function listParameters(): OpenApiObject[] {
  return Object.entries(LIST_PARAMETERS).map(([name, { description, schema }]) => ({
    name,
    in: 'query',
    description,
    schema,
  }));
}
