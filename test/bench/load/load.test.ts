import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAlive } from '../../../apps/cli/src/start/embedded-postgres';
import { eventually } from '../../support/eventually';
import type { Product } from '../../support/product';
import { sendLoad } from './load';
import { batchRequests, limitRequests } from './requests';

describe('a load that is to keep to a processor', () => {
  it('leaves no generator behind when there is no such processor', async () => {
    let generator: number | undefined;
    const keepTo = (pid: number): never => {
      generator = pid;
      throw new Error('There is no such processor.');
    };
    const load = { url: 'http://127.0.0.1:1', connections: 1, seconds: 1, processor: 9999 };
    await expect(sendLoad(load, keepTo)).rejects.toThrow('There is no such processor.');
    expect(generator).toBeDefined();
    await eventually(() => Promise.resolve(!isAlive(generator ?? 0)));
  });
});

describe('a load of batches', () => {
  let server: Server;
  let url: string;
  let answer: unknown;

  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().once('end', () => response.writeHead(207).end(JSON.stringify(answer)));
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));

  const batches = () => batchRequests({ url, projectId: 'proj_1', apiKey: 'key' } as Product, 1);

  it('fails when an answer tells of a rejected item', async () => {
    answer = {
      results: [
        { index: 0, status: 'created', id: 'sess_1', retryable: false },
        { index: 1, status: 'rejected', error: 'The queue is full.', retryable: true },
      ],
    };
    const sent = sendLoad({ ...batches(), seconds: 1 });
    await expect(sent).rejects.toThrow(/ 0 failed and [1-9]\d* were refused/);
  });

  it('is content with answers that tell of none, and with those of the limit', async () => {
    answer = { results: [{ index: 0, status: 'created', id: 'sess_1', retryable: false }] };
    const ofProduct = await sendLoad({ ...batches(), seconds: 1 });
    expect(ofProduct.requestsPerSecond).toBeGreaterThan(0);
    answer = { accepted: 1 };
    const ofLimit = await sendLoad({ ...limitRequests(batches(), url), seconds: 1 });
    expect(ofLimit.requestsPerSecond).toBeGreaterThan(0);
  });
});
