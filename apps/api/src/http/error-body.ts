import { AccessUnavailableError } from '@sessions/access';
import { ApiError, unavailable } from '@sessions/contract';
import type { ErrorBody } from '@sessions/contract';
import { isDatabaseAway } from '@sessions/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { allowedMethods } from './routes';

/** Fastify's own errors, by code, and what a client is told. */
const FRAMEWORK_ERRORS: Readonly<Record<string, ApiError>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new ApiError(
    415,
    'The Content-Type must be application/json (or application/x-ndjson for a batch).',
  ),
  FST_ERR_BAD_URL: new ApiError(
    400,
    'The address is not valid: a % must be followed by two hexadecimal digits.',
  ),
};

/** What the client is told about an error, and whether it is ours to look into. */
export function toApiError(error: unknown, request: FastifyRequest): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof AccessUnavailableError || isDatabaseAway(error)) {
    return unavailable('The database cannot be reached right now; try again in a moment.', 1, error);
  }
  const { code, statusCode, status } = (error ?? {}) as {
    code?: string;
    statusCode?: number;
    status?: number;
  };
  const known = code === undefined ? undefined : FRAMEWORK_ERRORS[code];
  if (known !== undefined) return known;
  const httpStatus = statusCode ?? status ?? 500;
  if (httpStatus === 404 || code === 'FST_ERR_MAX_PARAM_LENGTH') return notFound(request);
  if (httpStatus >= 400 && httpStatus < 500) {
    return new ApiError(
      httpStatus,
      'The request is not valid HTTP for this API; see /docs for what it takes.',
    );
  }
  return new ApiError(
    500,
    'Something went wrong on our side; try again, and report the request_id if it stays.',
    {
      cause: error,
    },
  );
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
function notFound(request: FastifyRequest): ApiError {
  const path = request.url.split('?', 1)[0] ?? '';
  const methods = allowedMethods(path);
  if (methods !== null && !methods.includes(request.method)) {
    return new ApiError(405, `${request.method} is not possible here; allowed are ${methods.join(', ')}.`, {
      headers: { Allow: methods.join(', ') },
    });
  }
  return new ApiError(404, 'There is nothing at this address; see /docs for what there is.');
}
