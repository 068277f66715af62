import type { Configuration } from '@sessions/runtime';
import { ref } from './schemas/schema';
import type { OpenApiObject } from './schemas/schema';

const text = { type: 'string' };

/** The headers of answers, by name. */
export function responseHeaders(configuration: Configuration): Record<string, OpenApiObject> {
  const perSecond = configuration.LIMIT_REQUESTS_PER_SECOND;
  const limit =
    perSecond === 0
      ? 'This server sets no limit and does not send it.'
      : `This server's limit is ${perSecond} requests a second.`;
  return {
    'X-Request-Id': header(
      "The request's own `X-Request-Id`, or a new one. The logs know the request by it.",
      '0198c8a4-5b7e-7c11-9d44-1f0a4a6f2f10',
    ),
    Location: header('Address of the session.', '/api/sessions/sess_new456?projectId=proj_xyz'),
    'Idempotency-Replayed': {
      description: '`true` when this is the first answer to the `Idempotency-Key`, given again.',
      schema: { ...text, enum: ['true'] },
    },
    'Retry-After': {
      description: 'Seconds after which to try again.',
      schema: { type: 'integer', minimum: 1 },
      example: 1,
    },
    'RateLimit-Policy': header(
      `Quota of the API key and its window in seconds. ${limit}`,
      `"default";q=${perSecond || 100};w=1`,
    ),
    RateLimit: header(
      `What is left of the quota, and the seconds until it is whole again. ${limit}`,
      `"default";r=${(perSecond || 100) - 1};t=1`,
    ),
    'X-Search-Behind': {
      description:
        'Sent with a search while sessions exist that it could not yet look at: how many. Search again a moment later.',
      schema: { type: 'integer', minimum: 1 },
      example: 12,
    },
    'WWW-Authenticate': header('How to authenticate.', 'Bearer'),
  };
}

/** References to the headers, for an answer. */
export function headers(...names: string[]): OpenApiObject {
  return Object.fromEntries(names.map((name) => [name, ref('headers', name)]));
}

/** The headers of every answer to a request with a valid key. */
export const KEYED_HEADERS = ['X-Request-Id', 'RateLimit', 'RateLimit-Policy'];

function header(description: string, example: string): OpenApiObject {
  return { description, schema: text, example };
}
