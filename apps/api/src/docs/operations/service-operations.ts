import { errors } from '../errors';
import { NOT_READY, READY } from '../examples';
import { headers } from '../headers';
import { ref } from '../schemas/schema';
import type { OpenApiObject } from '../schemas/schema';

/** No key is needed. */
const PUBLIC: readonly OpenApiObject[] = [];

/** `GET /api/healthz` */
export function healthOperation(): OpenApiObject {
  return {
    operationId: 'isAlive',
    tags: ['Service'],
    summary: 'Whether the process is alive',
    security: PUBLIC,
    responses: {
      200: {
        description: 'It is.',
        headers: headers('X-Request-Id'),
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: { status: { type: 'string', enum: ['alive'] } },
              required: ['status'],
            },
            example: { status: 'alive' },
          },
        },
      },
      ...errors(500),
    },
  };
}

/** `GET /api/readyz` */
export function readinessOperation(): OpenApiObject {
  return {
    operationId: 'isReady',
    tags: ['Service'],
    summary: 'Whether sessions can be taken and served',
    description:
      'Asks the database, the queue and the search engine. Without the last one the API is ready, but searches answer 503.',
    security: PUBLIC,
    responses: {
      200: readiness('Database and queue serve.', READY, 'X-Request-Id'),
      503: readiness(
        'The database or the queue does not serve, or the process is stopping.',
        NOT_READY,
        'X-Request-Id',
        'Retry-After',
      ),
      ...errors(500),
    },
  };
}

/** `GET /api/openapi.json` */
export function documentOperation(): OpenApiObject {
  return {
    operationId: 'getDocument',
    tags: ['Service'],
    summary: 'This document',
    security: PUBLIC,
    responses: {
      200: {
        description: 'The OpenAPI 3.1 document of this API, with the limits that are configured.',
        headers: headers('X-Request-Id'),
        content: { 'application/json': { schema: { type: 'object' } } },
      },
      ...errors(500),
    },
  };
}

function readiness(description: string, example: object, ...names: string[]): OpenApiObject {
  return {
    description,
    headers: headers(...names),
    content: { 'application/json': { schema: ref('schemas', 'Readiness'), example } },
  };
}
