import { setTimeout as sleep } from 'node:timers/promises';
import type { AuthenticatedRequest } from '@sessions/access';
import { ApiError, encodeId, newUuid } from '@sessions/contract';
import type { Configuration } from '@sessions/runtime';
import type { FastifyReply } from 'fastify';
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

function answerTo(chunks: AsyncIterable<Buffer>): Promise<unknown> {
  const route = new BatchRoute(service, {} as IdempotentAnswers, { LIMIT_BODY_BYTES: 1000 } as Configuration);
  const request = {
    query: { projectId: encodeId('proj', projectId) },
    headers: {},
    body: new StreamBody(chunks),
    access: { projectId, project: encodeId('proj', projectId), keyId: 'key', scopes: ['write'] },
  } as unknown as AuthenticatedRequest;
  const reply = { code: () => reply, type: () => reply };
  return route.handle(request, reply as unknown as FastifyReply);
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
    const items = itemsOfNdjson(lines(new ApiError(400, 'The body could not be read.')), 1000);
    const read: BatchItem[] = [];
    for await (const some of items) read.push(...some);
    expect(read).toMatchObject([
      { value: {} },
      { value: {} },
      { problem: 'The body could not be read. Send again what begins with this item.', retryable: true },
    ]);
  });
});
