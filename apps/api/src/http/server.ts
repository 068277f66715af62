import type { Readable } from 'node:stream';
import type { ApiKeyGuard, AuthenticatedRequest } from '@sessions/access';
import { ApiError } from '@sessions/contract';
import type { Configuration, Logger } from '@sessions/runtime';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { LogController } from 'fastify';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Draining } from '../lifecycle/draining';
import { bodyTooLarge, decodedBody, readBody } from './body';
import { answerClientError, answerConnect, answerExpectation } from './client-error';
import { notFound, sendError, toApiError } from './error-body';
import { JsonBody } from './json-body';
import { LargeBodies } from './large-bodies';
import { requestIdOf } from './request-id';
import { readableUrl } from './readable-url';
import { needsKey } from './routes';
import { StreamBody } from './stream-body';

/** Longest path parameter: as long as Node lets a request's head be, so that an id of any shape is looked up. */
const MAX_PARAM_LENGTH = 16 * 1024;

/** Milliseconds in which a client must have sent its headers, and idle keep-alive connections are kept. */
const HEADERS_TIMEOUT_MS = 15_000;
const KEEP_ALIVE_MS = 72_000;

/**
 * Milliseconds without a byte after which a connection is dropped in the middle of a request, since a client that lost
 * its network says nothing. How long a request takes as a whole is not bound: streams may go on for hours.
 */
const SILENCE_MS = 300_000;

const BATCH_PATH = '/api/sessions/batch';
const NDJSON_TYPES = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];

/** The HTTP server, before Nest puts its routes in. */
export function createHttpAdapter(logger: Logger): FastifyAdapter {
  return new FastifyAdapter({
    // No middleware is used, and looking for some costs every request.
    skipMiddie: true,
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    // Else every request makes a child of the logger for the sake of its one line, which can name the request itself.
    childLoggerFactory: (parent: FastifyBaseLogger) => parent,
    clientErrorHandler: answerClientError,
    genReqId: requestIdOf,
    rewriteUrl: ({ url = '/' }) => readableUrl(url),
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionTimeout: SILENCE_MS,
    // What still comes in while the server closes is served: its queue and database are open until it has closed.
    return503OnClosing: false,
    // Node itself would refuse a request without a host by a mere status line.
    http: { headersTimeout: HEADERS_TIMEOUT_MS, requireHostHeader: false },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH, ignoreTrailingSlash: true },
    frameworkErrors: (error: unknown, request: FastifyRequest, reply: FastifyReply) => {
      void reply.header('X-Request-Id', request.id);
      sendError(toApiError(error, request), request, reply);
    },
  });
}

/** Everything that happens to a request before its route: its id, its key, its body; and after it: one log line. */
export function prepareServer(
  server: FastifyInstance,
  guard: ApiKeyGuard,
  draining: Draining,
  configuration: Configuration,
): void {
  const bodies = new LargeBodies(configuration.INGEST_MAX_BODIES_BYTES);
  server.server.on('checkExpectation', answerExpectation);
  server.server.on('connect', answerConnect);
  server.addHook('onRequest', (request, reply, done) => {
    void reply.header('X-Request-Id', request.id);
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1')
      throw new ApiError(400, 'A request by HTTP/1.1 must name its host: send the header Host.');
    // The route tells for a path that is escaped, the path for one that has no route.
    const path = request.routeOptions.url ?? request.url.split('?', 1)[0] ?? '';
    const admitting = needsKey(path) ? guard.admit(request, reply) : undefined;
    if (admitting === undefined) done();
    else admitting.then(() => done(), done);
  });
  server.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining.isDraining) void reply.header('Connection', 'close');
    // Fastify would close it after a body that was refused, with what the client still sends, which never sees the answer then.
    else if (reply.hasHeader('Connection')) void reply.removeHeader('Connection');
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    drainBody(request);
    bodies.release(request);
    request.log.info(
      {
        requestId: request.id,
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
        ...loggedAccess(request),
      },
      'request',
    );
    done();
  });
  // Else `batch` would be the id of a session here.
  server.get(BATCH_PATH, (request) => {
    throw notFound(request);
  });
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', async (request: FastifyRequest, payload: Readable) => {
    // What is wrong with a body matters nothing where it should not have been sent.
    if (request.is404) throw notFound(request);
    const limits = bodyLimitsOf(request, configuration);
    const admit = (bytes: number) => {
      if (bytes > limits.bytes) throw bodyTooLarge(limits.bytes);
      bodies.hold(request, bytes);
    };
    const text = await readBody(request, payload, admit);
    return JsonBody.parse(text, limits.values);
  });
  server.addContentTypeParser(NDJSON_TYPES, (request: FastifyRequest, payload: Readable) => {
    if (request.is404) throw notFound(request);
    if (!isBatch(request))
      throw new ApiError(415, 'The Content-Type must be application/json; NDJSON is for batches.');
    return Promise.resolve(
      new StreamBody(decodedBody(request, payload), (bytes) => bodies.hold(request, bytes)),
    );
  });
}

/**
 * Lets the rest of a body that was given up half-way pass by. It stands before the connection's next request, and Node
 * itself does this only for bodies that nobody began to read.
 */
function drainBody({ raw }: FastifyRequest): void {
  if (!raw.readableEnded && !raw.destroyed) raw.resume();
}

/** Who asked, for the log: never the key. */
function loggedAccess(request: FastifyRequest): { projectId?: string; keyId?: string } {
  const { access } = request as Partial<AuthenticatedRequest>;
  return access === undefined ? {} : { projectId: access.project, keyId: access.keyId };
}

/** The most that a JSON body may have of bytes and of values. */
function bodyLimitsOf(
  request: FastifyRequest,
  configuration: Configuration,
): { bytes: number; values: number } {
  return isBatch(request)
    ? { bytes: configuration.LIMIT_BATCH_BYTES, values: configuration.LIMIT_BATCH_VALUES }
    : { bytes: configuration.LIMIT_BODY_BYTES, values: configuration.LIMIT_BODY_VALUES };
}

function isBatch(request: FastifyRequest): boolean {
  return request.routeOptions.url === BATCH_PATH;
}
