import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiKeyGuard, AuthenticatedRequest } from '@sessions/access';
import { ApiError, encodeId, newUuid } from '@sessions/contract';
import type { Configuration } from '@sessions/runtime';
import type { FastifyReply } from 'fastify';
import { JsonBody } from '../../http/json-body';
import { StreamBody } from '../../http/stream-body';
import { BatchRoute } from './batch.route';
import { itemsOfNdjson } from './batch-items';
import type { BatchItem } from './batch-items';
import type { BatchResult, BatchService } from './batch.service';
import type { IdempotentAnswers } from '../create/idempotent-answers';
import { ResultSpool } from './result-spool';

const projectId = newUuid();

/** A service that creates what it reads. */
const service = {
  async *accept(_projectId: string, portions: AsyncIterable<BatchItem[]>): AsyncGenerator<BatchResult[]> {
    let count = 0;
    for await (const items of portions) {
      yield items.map((item, place) => ({
        index: count + place,
        status: 'value' in item ? 'created' : 'rejected',
        retryable: false,
      }));
      count += items.length;
    }
  },
} as unknown as BatchService;

/** A service that answers with what it reads. */
const echo = { accept: (_projectId: string, portions: unknown) => portions } as unknown as BatchService;

function handle(
  body: StreamBody | JsonBody,
  batches: BatchService,
  answers: Partial<IdempotentAnswers> = {},
  headers: Record<string, string> = {},
  stillAdmits: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<unknown> {
  const limits = {
    LIMIT_BODY_BYTES: 1000,
    LIMIT_BODY_VALUES: 1000,
    LIMIT_BATCH_SESSIONS: 10,
  } as Configuration;
  const guard = { stillAdmits } as unknown as ApiKeyGuard;
  const route = new BatchRoute(batches, answers as IdempotentAnswers, guard, limits);
  const request = {
    query: { projectId: encodeId('proj', projectId) },
    headers,
    body,
    access: { projectId, project: encodeId('proj', projectId), keyId: 'key', scopes: ['write'] },
  } as unknown as AuthenticatedRequest;
  const reply = { code: () => reply, type: () => reply };
  return route.handle(request, reply as unknown as FastifyReply);
}

function answerTo(chunks: AsyncIterable<Buffer>): Promise<unknown> {
  return handle(new StreamBody(chunks, () => undefined), service);
}

/** Whether an answer with these results, to a batch that has an idempotency key, is the last word. */
async function isFinal(results: BatchResult[]): Promise<boolean | undefined> {
  const batches = { accept: () => [results] } as unknown as BatchService;
  let answeredFinally: boolean | undefined;
  const once: IdempotentAnswers['once'] = async (_request, work) => {
    const { final, ...answer } = await work({ version: 1, idOf: () => newUuid() });
    answeredFinally = final;
    return { ...answer, replayed: false };
  };
  await handle(JsonBody.parse('[]', 10), batches, { once }, { 'idempotency-key': 'key' });
  return answeredFinally;
}

async function* lines(error?: Error): AsyncGenerator<Buffer> {
  yield Buffer.from('{}\n{}\n');
  await sleep(1);
  if (error !== undefined) throw error;
}

/** A body that fails before its first chunk. */
function broken(error: Error): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}

describe('BatchRoute', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('does not blame the client when there is no room for the results, and keeps none of them', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    const discard = jest.spyOn(ResultSpool.prototype, 'discard');
    for (const method of ['write', 'read'] as const) {
      const failing = jest.spyOn(ResultSpool.prototype, method).mockRejectedValue(full);
      await expect(answerTo(lines())).rejects.toBe(full);
      failing.mockRestore();
    }
    expect(discard).toHaveBeenCalledTimes(2);
  });

  it('hands on that nothing of the body could be read', async () => {
    const unreadable = new ApiError(400, 'The body could not be read.');
    await expect(answerTo(broken(unreadable))).rejects.toBe(unreadable);
  });

  it('answers for what was read of a body that breaks off, so that it is not sent again', async () => {
    const body = new StreamBody(lines(new ApiError(400, 'The body could not be read.')), () => undefined);
    const items = itemsOfNdjson(body, { bytes: 1000, values: 1000 });
    const read: BatchItem[] = [];
    for await (const some of items) read.push(...some);
    expect(read).toMatchObject([
      { value: {} },
      { value: {} },
      { problem: 'The body could not be read. Send again what begins with this item.', retryable: true },
    ]);
  });

  it('takes nothing more of a stream once its key is no longer valid', async () => {
    async function* endless(): AsyncGenerator<Buffer> {
      for (;;) {
        yield Buffer.from('{}\n');
        await sleep(1);
      }
    }
    let portions = 0;
    const stillAdmits = () => Promise.resolve(++portions <= 2);
    const body = new StreamBody(endless(), () => undefined);
    const answer = (await handle(body, echo, {}, {}, stillAdmits)) as Readable;
    expect(JSON.parse(await text(answer))).toEqual({
      results: [
        { value: {}, bytes: 2 },
        { value: {}, bytes: 2 },
        { problem: 'The API key was revoked or has expired. Nothing from this item on was taken.' },
      ],
    });
  });

  it('has the answer to a key kept unless an item was rejected that can be sent again', async () => {
    const created: BatchResult = { index: 0, status: 'created', id: 'sess_1', retryable: false };
    const rejected = (retryable: boolean): BatchResult => ({ index: 1, status: 'rejected', retryable });
    await expect(isFinal([created, rejected(false)])).resolves.toBe(true);
    await expect(isFinal([created, rejected(true)])).resolves.toBe(false);
  });
});
