import { LISTED_SESSION, MESSAGES, STATS } from '../examples';
import { badRequest, errors } from '../errors';
import { headers, KEYED_HEADERS } from '../headers';
import { listParameters, PROJECT, REQUEST_ID, SESSION_ID } from '../parameters';
import { ref } from '../schemas/schema';
import type { OpenApiObject } from '../schemas/schema';

/** `GET /api/sessions` */
export function listOperation(): OpenApiObject {
  return {
    operationId: 'listSessions',
    tags: ['Sessions'],
    summary: 'List and search sessions',
    description:
      'Returns a page of the sessions of a project, the last active first, and of those active at the same moment the ' +
      'one with the greater id; with `search` the most relevant first. All filters must match. `stats=true` answers ' +
      'integration stats instead. Needs the scope `read`.',
    parameters: [PROJECT, ...listParameters(), REQUEST_ID],
    responses: {
      200: {
        description: 'A page of sessions, or the stats.',
        headers: headers(...KEYED_HEADERS, 'X-Search-Behind'),
        content: {
          'application/json': {
            schema: { oneOf: [ref('schemas', 'SessionPage'), ref('schemas', 'Stats')] },
            examples: {
              sessions: {
                summary: 'A page of sessions',
                value: { sessions: [LISTED_SESSION], total: 1, next_cursor: null },
              },
              stats: { summary: 'With stats=true', value: { stats: STATS } },
            },
          },
        },
      },
      400: badRequest({ field: 'limit', message: 'limit must be a whole number from 1 to 1000.' }),
      ...errors(401, 403, 429, 500, 503),
    },
  };
}

/** `GET /api/sessions/{sessionId}` */
export function getOperation(): OpenApiObject {
  return {
    operationId: 'getSession',
    tags: ['Sessions'],
    summary: 'Get a session',
    description:
      'Returns a single session with its full message history. The session must belong to the project. A session ' +
      'is found as soon as the request that created it was answered. Needs the scope `read`.',
    parameters: [SESSION_ID, PROJECT, REQUEST_ID],
    responses: {
      200: {
        description: 'The session and its messages.',
        headers: headers(...KEYED_HEADERS),
        content: {
          'application/json': {
            schema: ref('schemas', 'SessionWithMessages'),
            example: { session: LISTED_SESSION, messages: MESSAGES },
          },
        },
      },
      400: badRequest({
        field: 'projectId',
        message: 'projectId is required: add ?projectId=proj_… to the address.',
      }),
      ...errors(401, 403, 404, 429, 500, 503),
    },
  };
}
