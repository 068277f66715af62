import { ApiError, unavailable } from '@sessions/contract';
import type { ErrorBody } from '@sessions/contract';
import { isDatabaseAway } from '@sessions/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './routes';

/** What a client is told about the errors that Fastify and Nest make themselves, by status. */
const FRAMEWORK_ERRORS: Readonly<Record<number, string>> = {
  400: 'The request is not valid: its address or its headers cannot be read; see /docs for what the API takes.',
  408: 'The request took too long to arrive; send it again.',
  413: 'The request is too large; send less at once.',
  415: 'The Content-Type must be application/json (or application/x-ndjson for a batch).',
  431: 'The headers of the request are too large; send fewer.',
};

/** What the client is told about an error, and whether it is ours to look into. */
export function toApiError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (isDatabaseAway(error)) {
    return unavailable('The database does not answer right now; try again in a moment.', 1, error);
  }
  const { statusCode, status } = (error ?? {}) as {
    statusCode?: number;
    status?: number;
  };
  const httpStatus = statusCode ?? status ?? 500;
  if (httpStatus === 404) return notFound(request);
  if (httpStatus >= 400 && httpStatus < 500) {
    return new ApiError(
      httpStatus,
      FRAMEWORK_ERRORS[httpStatus] ?? 'The request is not one that this API takes.',
    );
  }
  const message = 'Something went wrong on our side; try again, and report the request_id if it stays.';
  return new ApiError(500, message, { cause: error });
}

/** Sends an error as JSON. */
export function sendError(error: ApiError, request: FastifyRequest, reply: FastifyReply): void {
  const body: ErrorBody = { error: error.message, request_id: request.id };
  if (error.details !== undefined) body.details = error.details;
  if (error.status >= 500) {
    request.log.error({ requestId: request.id, status: error.status, err: error.cause }, error.message);
  }
  void reply.code(error.status).headers(error.headers).type('application/json; charset=utf-8').send(body);
}

/** 404 for an unknown path; 405 for a known one by a method that it does not have. */
export function notFound(request: FastifyRequest): ApiError {
  const path = request.url.split('?', 1)[0] ?? '';
  const methods = allowedMethods(path);
  if (methods !== null && !methods.includes(request.method)) {
    return new ApiError(405, `${request.method} is not possible here; allowed are ${methods.join(', ')}.`, {
      headers: { Allow: methods.join(', ') },
    });
  }
  return new ApiError(404, 'There is nothing at this address; see /docs for what there is.');
}
