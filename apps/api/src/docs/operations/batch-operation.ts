import type { Limits } from '@sessions/contract';
import { badRequest, errors } from '../errors';
import { BATCH_RESULTS, TICKET, TRANSCRIPT } from '../examples';
import { headers, KEYED_HEADERS } from '../headers';
import { IDEMPOTENCY_KEY, PROJECT, REQUEST_ID } from '../parameters';
import { CREATE_SESSION } from '../schemas/request-schemas';
import { inBytes, ref } from '../schemas/schema';
import type { OpenApiObject } from '../schemas/schema';

const NDJSON = 'application/x-ndjson';

/** `POST /api/sessions/batch` */
export function batchOperation(limits: Limits): OpenApiObject {
  const sessions = { type: 'array', items: CREATE_SESSION, maxItems: limits.batchSessions };
  return {
    operationId: 'createSessions',
    tags: ['Sessions'],
    summary: 'Create many sessions',
    description:
      'Creates or updates every session of the batch on its own: a wrong one is rejected and the others are kept. ' +
      'Send again only what is `rejected` and `retryable`. That may have been taken all the same, as after a 503: to have no ' +
      'session twice, give each its `external_source` and `external_id`, or send the whole batch again with its ' +
      '`Idempotency-Key`. An NDJSON stream is read as it arrives and may be of ' +
      `any length, each line at most ${inBytes(limits.bodyBytes)}; one that pauses for five minutes is cut off (an empty line keeps it open). A JSON batch may carry an \`Idempotency-Key\`; a stream, which is stored while it arrives, may not. Needs the ` +
      'scope `write`.',
    parameters: [PROJECT, IDEMPOTENCY_KEY, REQUEST_ID],
    requestBody: {
      required: true,
      description:
        `JSON: at most ${limits.batchSessions} sessions and ${inBytes(limits.batchBytes)} (${limits.batchBytes} ` +
        'bytes, decoded). NDJSON: one session a line, without limit. Both may be sent with `Content-Encoding: gzip`, ' +
        '`br` or `deflate`.',
      content: {
        'application/json': {
          schema: {
            oneOf: [
              sessions,
              {
                type: 'object',
                properties: { sessions },
                required: ['sessions'],
                additionalProperties: false,
              },
            ],
          },
          examples: {
            object: { summary: 'An object', value: { sessions: [TICKET, TRANSCRIPT] } },
            array: { summary: 'An array', value: [TICKET, TRANSCRIPT] },
          },
        },
        [NDJSON]: {
          schema: { type: 'string', description: 'One session a line, each as a create takes it.' },
          example: ndjson([TICKET, TRANSCRIPT]),
        },
      },
    },
    responses: {
      207: {
        description:
          'One result for every item, in the order of the batch. With `Accept: application/x-ndjson`, and without an ' +
          '`Idempotency-Key`, the results are streamed, one a line, while the batch is still being read.',
        headers: headers(...KEYED_HEADERS, 'Idempotency-Replayed'),
        content: {
          'application/json': {
            schema: ref('schemas', 'BatchResults'),
            example: { results: BATCH_RESULTS },
          },
          [NDJSON]: {
            schema: { type: 'string', description: 'One `BatchResult` a line.' },
            example: ndjson(BATCH_RESULTS),
          },
        },
      },
      400: badRequest({
        field: 'sessions',
        message: 'The body must be an array of sessions, or an object whose sessions is one.',
      }),
      ...errors(401, 403, 409, 413, 415, 422, 429, 500, 503),
    },
  };
}

function ndjson(items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}
