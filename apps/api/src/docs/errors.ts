import type { ErrorBody, ErrorDetail, Limits } from '@sessions/contract';
import { bodyTooLarge } from '../http/body';
import { headers, KEYED_HEADERS } from './headers';
import { ref } from './schemas/schema';
import type { OpenApiObject } from './schemas/schema';

/** A status other than success: its name among the components, when it is answered, and what it says. */
interface Failure {
  name: string;
  description: string;
  error: string | ((limits: Limits) => string);
  headers?: string[];
}

const REQUEST_ID = '0198c8a4-5b7e-7c11-9d44-1f0a4a6f2f10';

const FAILURES: Readonly<Record<number, Failure>> = {
  401: {
    name: 'Unauthorized',
    description: 'Missing or invalid API key.',
    error: 'The API key is mistyped, revoked or expired; check it, or ask for a new one.',
    headers: ['X-Request-Id', 'WWW-Authenticate'],
  },
  403: {
    name: 'Forbidden',
    description: 'The API key does not have access to this project, or lacks the scope.',
    error: 'The API key does not have access to this project; use a key of the project.',
  },
  404: {
    name: 'NotFound',
    description: 'The session was not found or does not belong to this project.',
    error: 'There is no session with this id in the project.',
  },
  409: {
    name: 'Conflict',
    description: 'A request with the same idempotency key is still in flight.',
    error: 'A request with this Idempotency-Key is still in flight; try again in a moment.',
    headers: [...KEYED_HEADERS, 'Retry-After'],
  },
  413: {
    name: 'ContentTooLarge',
    description: 'The body is too large.',
    error: (limits) => bodyTooLarge(limits.bodyBytes).message,
  },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The body is not JSON, or is encoded in a way that is not understood.',
    error: 'The Content-Type must be application/json (or application/x-ndjson for a batch).',
  },
  422: {
    name: 'UnprocessableContent',
    description: 'The idempotency key was used with another body.',
    error: 'This Idempotency-Key was used with another body; use a new key for a new session.',
  },
  429: {
    name: 'TooManyRequests',
    description: 'The API key made too many requests.',
    error: 'The API key may make 100 requests a second; try again in a second.',
    headers: [...KEYED_HEADERS, 'Retry-After'],
  },
  500: {
    name: 'InternalServerError',
    description: 'Internal server error. Nothing was accepted unless an answer said so.',
    error: 'Something went wrong on our side; try again, and report the request_id if it stays.',
  },
  503: {
    name: 'ServiceUnavailable',
    description: 'The queue cannot take more, or a part of the service is away. Nothing was accepted.',
    error: 'The session could not be queued right now; send it again in a moment.',
    headers: [...KEYED_HEADERS, 'Retry-After'],
  },
};

/** The answers other than success that several operations share. */
export function errorResponses(limits: Limits): Record<string, OpenApiObject> {
  return Object.fromEntries(
    Object.values(FAILURES).map(({ name, description, error, headers: names }) => {
      const sentence = typeof error === 'string' ? error : error(limits);
      return [name, errorResponse(description, { error: sentence, request_id: REQUEST_ID }, names)];
    }),
  );
}

/** References to shared answers, by status. */
export function errors(...statuses: number[]): OpenApiObject {
  return Object.fromEntries(
    statuses.map((status) => [status, ref('responses', FAILURES[status]?.name ?? '')]),
  );
}

/** The 400 of an operation. The first problem is its sentence. */
export function badRequest(first: ErrorDetail, ...others: ErrorDetail[]): OpenApiObject {
  return errorResponse('Missing or invalid parameters; every problem is named.', {
    error: first.message,
    details: [first, ...others],
    request_id: REQUEST_ID,
  });
}

function errorResponse(description: string, example: ErrorBody, names = KEYED_HEADERS): OpenApiObject {
  return {
    description,
    headers: headers(...names),
    content: { 'application/json': { schema: ref('schemas', 'Error'), example } },
  };
}
