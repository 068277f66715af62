import type { Limits } from '@sessions/contract';
import { badRequest, errors } from '../errors';
import { CREATED_SESSION, TICKET, TRANSCRIPT, UPDATED_SESSION } from '../examples';
import { headers, KEYED_HEADERS } from '../headers';
import { IDEMPOTENCY_KEY, PROJECT, REQUEST_ID } from '../parameters';
import { CREATE_SESSION } from '../schemas/request-schemas';
import { inBytes, ref } from '../schemas/schema';
import type { OpenApiObject } from '../schemas/schema';

/** `POST /api/sessions` */
export function createOperation(limits: Limits): OpenApiObject {
  return {
    operationId: 'createSession',
    tags: ['Sessions'],
    summary: 'Create a session',
    description:
      'Creates a session with its messages. Once this is answered the session is kept: it is on disk, and a get ' +
      'finds it. `external_source` and `external_id` together name one session of the project for ever: sending ' +
      'them again updates that session, of whose fields the ones that are left out keep their values. Needs the ' +
      'scope `write`.',
    parameters: [PROJECT, IDEMPOTENCY_KEY, REQUEST_ID],
    requestBody: {
      required: true,
      description:
        `JSON in UTF-8, at most ${inBytes(limits.bodyBytes)} (${limits.bodyBytes} bytes), counted decoded when it is ` +
        'sent with `Content-Encoding: gzip`, `br` or `deflate`. Unknown fields are refused.',
      content: {
        'application/json': {
          schema: CREATE_SESSION,
          examples: {
            ticket: { summary: 'A support ticket', value: TICKET },
            transcript: { summary: 'A transcript from another system', value: TRANSCRIPT },
          },
        },
      },
    },
    responses: {
      200: answer('The session that the external record names was updated.', TRANSCRIPT_UPDATED),
      201: answer('The session was created.', { session: CREATED_SESSION }),
      400: badRequest(
        {
          field: 'tags[0]',
          message:
            'tags[0] must be one of general_feedback, wins, losses, bug, feature_request, change_request, not "bugs".',
        },
        {
          field: 'messages[0].content',
          message: 'messages[0].content must not be empty or only white space.',
        },
      ),
      ...errors(401, 403, 409, 413, 415, 422, 429, 500, 503),
    },
  };
}

const TRANSCRIPT_UPDATED = { session: UPDATED_SESSION };

function answer(description: string, example: OpenApiObject): OpenApiObject {
  return {
    description,
    headers: headers(...KEYED_HEADERS, 'Location', 'Idempotency-Replayed'),
    content: { 'application/json': { schema: ref('schemas', 'SessionResult'), example } },
  };
}
