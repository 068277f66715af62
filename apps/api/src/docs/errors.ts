import type { ErrorBody, ErrorDetail, Limits } from '@sessions/contract';
import { bodyTooLarge } from '../http/body';
import { headers, KEYED_HEADERS } from './headers';
import { ref } from './schemas/schema';
import type { OpenApiObject } from './schemas/schema';

/** A status other than success: its name among the components, when it is answered, and with which sentences. */
interface Failure {
  name: string;
  description: string;
  /** Sentences of the API by the case that they are for. */
  sentences: Readonly<Record<string, string>> | ((limits: Limits) => Readonly<Record<string, string>>);
  /** Names of its headers; those of every request with a key when left out. */
  headers?: string[];
}

const REQUEST_ID = '0198c8a4-5b7e-7c11-9d44-1f0a4a6f2f10';

const FAILURES: Readonly<Record<number, Failure>> = {
  401: {
    name: 'Unauthorized',
    description: 'Missing or invalid API key.',
    sentences: {
      missing: 'There is no API key: send your API key in the header "Authorization: Bearer hiss_...".',
      scheme:
        'The Authorization header holds no bearer token: send your API key in the header "Authorization: Bearer hiss_...".',
      invalid: 'The API key is mistyped, revoked or expired; check it, or ask for a new one.',
    },
    headers: ['X-Request-Id', 'WWW-Authenticate'],
  },
  403: {
    name: 'Forbidden',
    description: 'The API key does not have access to this project, or lacks the scope.',
    sentences: {
      project: 'The API key does not have access to this project; use a key of the project.',
      scope: 'The API key lacks the scope "write"; use a key that has it.',
    },
  },
  404: {
    name: 'NotFound',
    description: 'The session was not found or does not belong to this project.',
    sentences: { session: 'There is no session with this id in the project.' },
  },
  409: {
    name: 'Conflict',
    description: 'A request with the same idempotency key is still in flight.',
    sentences: {
      inFlight: 'A request with this Idempotency-Key is still in flight; try again in a moment.',
    },
    headers: [...KEYED_HEADERS, 'Retry-After'],
  },
  413: {
    name: 'ContentTooLarge',
    description: 'The body is too large, a JSON batch has too many sessions, or the JSON too many values.',
    sentences: ({ bodyBytes, batchBytes }) => ({
      session: bodyTooLarge(bodyBytes).message,
      batch: bodyTooLarge(batchBytes).message,
    }),
  },
  415: {
    name: 'UnsupportedMediaType',
    description: 'The body is not JSON, or is encoded in a way that is not understood.',
    sentences: {
      type: 'The Content-Type must be application/json (or application/x-ndjson for a batch).',
      encoding: 'The Content-Encoding must be gzip, br or deflate, not zstd.',
    },
  },
  422: {
    name: 'UnprocessableContent',
    description: 'The idempotency key was used with another body.',
    sentences: {
      otherBody: 'This Idempotency-Key was used with another body; use a new key for a new session.',
    },
  },
  429: {
    name: 'TooManyRequests',
    description: 'The API key made too many requests.',
    sentences: { rate: 'The API key may make 100 requests a second; try again in a second.' },
    headers: [...KEYED_HEADERS, 'Retry-After'],
  },
  500: {
    name: 'InternalServerError',
    description: 'Internal server error. The request may be sent again.',
    sentences: {
      unexpected: 'Something went wrong on our side; try again, and report the request_id if it stays.',
    },
    headers: ['X-Request-Id'],
  },
  503: {
    name: 'ServiceUnavailable',
    description:
      'The queue or this process cannot take more, too many lists and searches wait for the database, or a part of ' +
      'the service is away. The request may be sent again.',
    sentences: {
      database: 'The database does not answer right now; try again in a moment.',
      key: 'The API key cannot be checked at the moment; try again in a few seconds.',
      queue: 'The queue cannot be reached right now; send it again in a moment.',
      backlog: 'Too many sessions wait to be stored; send this one again later.',
      lists: 'The database is busy with other lists and searches; try again in a moment.',
      search: 'Search is not available right now.',
    },
    headers: [...KEYED_HEADERS, 'Retry-After'],
  },
};

/** The answers other than success that several operations share. */
export function errorResponses(limits: Limits): Record<string, OpenApiObject> {
  return Object.fromEntries(
    Object.values(FAILURES).map(({ name, description, sentences, headers: names }) => {
      const cases = Object.entries(typeof sentences === 'function' ? sentences(limits) : sentences);
      const examples = cases.map(([key, error]) => [key, { value: { error, request_id: REQUEST_ID } }]);
      return [name, errorResponse(description, { examples: Object.fromEntries(examples) as object }, names)];
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
  const example: ErrorBody = {
    error: first.message,
    details: [first, ...others],
    request_id: REQUEST_ID,
  };
  return errorResponse('Missing or invalid parameters; up to 20 problems are named.', { example });
}

function errorResponse(description: string, examples: object, names = KEYED_HEADERS): OpenApiObject {
  return {
    description,
    headers: headers(...names),
    content: { 'application/json': { schema: ref('schemas', 'Error'), ...examples } },
  };
}
