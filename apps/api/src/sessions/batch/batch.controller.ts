import { Readable } from 'node:stream';
import { Controller, Inject, Post, Req, Res } from '@nestjs/common';
import { assertProjectAccess } from '@sessions/access';
import type { AuthenticatedRequest } from '@sessions/access';
import { decodeId, parseProjectQuery } from '@sessions/contract';
import type { RawQuery } from '@sessions/contract';
import { CONFIGURATION } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import type { FastifyReply } from 'fastify';
import { JsonBody } from '../../http/json-body';
import { StreamBody } from '../../http/stream-body';
import { idempotencyKeyOf } from '../create/idempotency-key';
import { itemsOfJson, itemsOfNdjson } from './batch-items';
import type { BatchItem } from './batch-items';
import { BatchService } from './batch.service';
import type { BatchResult } from './batch.service';
import { ResultSpool } from './result-spool';

const NDJSON = 'application/x-ndjson';

/** `POST /api/sessions/batch` */
@Controller('api/sessions/batch')
export class BatchController {
  constructor(
    private readonly batches: BatchService,
    @Inject(CONFIGURATION) private readonly configuration: Configuration,
  ) {}

  /**
   * Answers 207 with a result for each item, in order: as one JSON object once the whole request has been read, or as
   * lines while it is read when `Accept` names NDJSON.
   *
   * @throws ApiError 400 for a query or body that is not valid or cannot be read, 403 for another project, 413 for too
   * many items
   */
  @Post()
  async create(@Req() request: AuthenticatedRequest, @Res() reply: FastifyReply): Promise<void> {
    const { projectId } = parseProjectQuery(request.query as RawQuery);
    const idempotencyKey = idempotencyKeyOf(request);
    const items = this.itemsOf(request);
    assertProjectAccess(request.access, decodeId('proj', projectId), 'write');
    const results = this.batches.accept(request.access.projectId, items, idempotencyKey);
    void reply.code(207);
    if (request.headers.accept?.includes(NDJSON)) {
      void reply.type(NDJSON).send(Readable.from(ndjson(results)));
    } else {
      void reply.type('application/json; charset=utf-8').send(await spooled(results));
    }
  }

  private itemsOf(request: AuthenticatedRequest): AsyncIterable<BatchItem> | Iterable<BatchItem> {
    return request.body instanceof StreamBody
      ? itemsOfNdjson(request.body.chunks, this.configuration.LIMIT_BODY_BYTES)
      : itemsOfJson(JsonBody.of(request).value, this.configuration.LIMIT_BATCH_SESSIONS);
  }
}

async function* ndjson(results: AsyncIterable<BatchResult>): AsyncGenerator<string> {
  for await (const result of results) yield `${JSON.stringify(result)}\n`;
}

/** The results as one JSON object, once the whole request has been read. */
async function spooled(results: AsyncIterable<BatchResult>): Promise<Readable> {
  const spool = new ResultSpool();
  let separator = '{"results":[';
  try {
    for await (const result of results) {
      await spool.write(separator + JSON.stringify(result));
      separator = ',';
    }
    await spool.write(separator === ',' ? ']}' : `${separator}]}`);
    return await spool.read();
  } catch (error) {
    await spool.discard();
    throw error;
  }
}
