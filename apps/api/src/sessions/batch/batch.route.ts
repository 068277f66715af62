import { Readable } from 'node:stream';
import { Inject, Injectable } from '@nestjs/common';
import { ApiKeyGuard, assertProjectAccess } from '@sessions/access';
import type { AuthenticatedRequest } from '@sessions/access';
import { invalid, parseProjectQuery } from '@sessions/contract';
import type { ApiError, RawQuery } from '@sessions/contract';
import { CONFIGURATION } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import type { FastifyReply } from 'fastify';
import type { DirectRoute } from '../../http/direct-route';
import { JsonBody } from '../../http/json-body';
import { StreamBody } from '../../http/stream-body';
import { idempotencyKeyOf } from '../create/idempotency-key';
import { IdempotentAnswers } from '../create/idempotent-answers';
import type { KeyedRequest } from '../create/idempotent-answers';
import { itemsOfJson, itemsOfNdjson } from './batch-items';
import type { BatchItem } from './batch-items';
import { BatchService } from './batch.service';
import type { BatchResult } from './batch.service';
import { ResultSpool } from './result-spool';

const NDJSON = 'application/x-ndjson';
const JSON_TYPE = 'application/json; charset=utf-8';

/** `POST /api/sessions/batch` */
@Injectable()
export class BatchRoute implements DirectRoute {
  static readonly method = 'POST';
  static readonly path = '/api/sessions/batch';

  constructor(
    private readonly batches: BatchService,
    private readonly answers: IdempotentAnswers,
    private readonly guard: ApiKeyGuard,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /**
   * Answers 207 with a result for each item, in order: as one JSON object once the whole request has been read, or as
   * lines while it is read when `Accept` names NDJSON. A JSON batch may carry an `Idempotency-Key`.
   *
   * @throws ApiError 400 for a query or body that is not valid or cannot be read, 403 for another project, 409 and 422
   * about the idempotency key, 413 for too many items
   */
  async handle(request: AuthenticatedRequest, reply: FastifyReply): Promise<Readable | string> {
    const { projectId } = parseProjectQuery(request.query as RawQuery);
    const key = idempotencyKeyOf(request);
    if (request.body instanceof StreamBody) {
      if (key !== undefined) throw keyOnStream();
      assertProjectAccess(request.access, projectId, 'write');
      const { LIMIT_BODY_BYTES: bytes, LIMIT_BODY_VALUES: values } = this.configuration;
      const items = itemsOfNdjson(request.body, { bytes, values });
      const admitted = this.whileAdmitted(request, items);
      return answer(request, reply, this.batches.accept(request.access.projectId, admitted));
    }
    const { value, text } = JsonBody.take(request);
    const items = itemsOfJson(value, this.configuration.LIMIT_BATCH_SESSIONS);
    assertProjectAccess(request.access, projectId, 'write');
    const { projectId: owner } = request.access;
    if (key === undefined) return answer(request, reply, this.batches.accept(owner, items));
    return this.answerOnce({ projectId: owner, key, text }, items, reply);
  }

  /** A stream may go on for hours, and its key be revoked or expire meanwhile. */
  private async *whileAdmitted(
    request: AuthenticatedRequest,
    source: AsyncIterable<BatchItem[]>,
  ): AsyncGenerator<BatchItem[]> {
    for await (const items of source) {
      if (!(await this.guard.stillAdmits(request))) {
        yield [{ problem: 'The API key was revoked or has expired. Nothing from this item on was taken.' }];
        return;
      }
      yield items;
    }
  }

  /** An answer with an item that can be sent again is not kept: the same batch again stores only what is missing. */
  private async answerOnce(
    request: KeyedRequest,
    items: AsyncIterable<BatchItem[]>,
    reply: FastifyReply,
  ): Promise<string> {
    const answer = await this.answers.once(request, async ({ version, idOf }) => {
      const identify = (index: number) => ({ id: idOf(String(index)), version: version + index });
      const results: BatchResult[] = [];
      for await (const portion of this.batches.accept(request.projectId, items, identify))
        results.push(...portion);
      return {
        status: 207,
        body: JSON.stringify({ results }),
        final: !results.some(({ retryable }) => retryable),
      };
    });
    if (answer.replayed) void reply.header('Idempotency-Replayed', 'true');
    void reply.code(answer.status).type(JSON_TYPE);
    return answer.body;
  }
}

function keyOnStream(): ApiError {
  const message =
    'Idempotency-Key cannot be used with NDJSON, which is stored while it arrives; send JSON, or give the sessions ' +
    'external_source and external_id.';
  return invalid([{ field: 'Idempotency-Key', message }]);
}

/** Streams the results as lines where `Accept` asks for that. Nothing is sent before the first item could be read. */
async function answer(
  request: AuthenticatedRequest,
  reply: FastifyReply,
  results: AsyncGenerator<BatchResult[]>,
): Promise<Readable> {
  if (request.headers.accept?.includes(NDJSON) !== true) {
    const body = await spooled(results);
    void reply.code(207).type(JSON_TYPE);
    return body;
  }
  const first = await results.next();
  void reply.code(207).type(NDJSON);
  return Readable.from(ndjson(first, results));
}

async function* ndjson(
  first: IteratorResult<BatchResult[], unknown>,
  rest: AsyncIterable<BatchResult[]>,
): AsyncGenerator<string> {
  if (first.done !== true) yield linesOfResults(first.value);
  for await (const results of rest) yield linesOfResults(results);
}

function linesOfResults(results: readonly BatchResult[]): string {
  return results.map((result) => `${JSON.stringify(result)}\n`).join('');
}

/** The results as one JSON object, once the whole request has been read. */
async function spooled(portions: AsyncIterable<BatchResult[]>): Promise<Readable> {
  const spool = new ResultSpool();
  let separator = '{"results":[';
  try {
    for await (const results of portions) {
      await spool.write(separator + JSON.stringify(results).slice(1, -1));
      separator = ',';
    }
    await spool.write(separator === ',' ? ']}' : `${separator}]}`);
    return await spool.read();
  } catch (error) {
    await spool.discard();
    throw error;
  }
}
