import dns from 'node:dns';
import type { LookupAddress } from 'node:dns';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Configuration, Logger } from '@sessions/runtime';
import { fastify } from 'fastify';
import { createApi } from './create-api';
import { Draining } from './lifecycle/draining';
import { startApi } from './start-api';

jest.mock('./create-api', () => ({ createApi: jest.fn() }));

type LookupAll = (
  host: string,
  options: { all?: boolean },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

/** Starts an API that listens on a host; says on which addresses it did. */
async function addressesOf(HOST: string): Promise<string[]> {
  const server = fastify();
  const app = {
    getHttpServer: () => server.server,
    listen: (port: number, host: string) => server.listen({ port, host }),
    getUrl: () => Promise.resolve(''),
    get: () => new Draining(),
    close: () => server.close(),
  };
  jest.mocked(createApi).mockResolvedValue(app as unknown as NestFastifyApplication);
  const configuration = { HOST, PORT: 0, SHUTDOWN_DRAIN_SECONDS: 0, SHUTDOWN_SECONDS: 1 } as Configuration;
  const api = await startApi(configuration, { warn: jest.fn() } as unknown as Logger);
  const addresses = server.addresses().map((one) => (typeof one === 'string' ? one : one.address));
  await api.stop();
  return addresses;
}

describe('startApi', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('listens once, where a stop sees every connection, though localhost means several addresses', async () => {
    const lookup = dns.lookup as LookupAll;
    // The second is one that every Linux has; ::1, which the name means elsewhere, may be missing.
    const meanings = ['127.0.0.1', '127.0.0.2'].map((address) => ({ address, family: 4 }));
    jest.spyOn(dns, 'lookup' as never).mockImplementation(((host, options, done) => {
      if (options.all === true) done(null, meanings);
      else lookup(host, options, done);
    }) as LookupAll as never);
    await expect(addressesOf('localhost')).resolves.toEqual(['127.0.0.1']);
  });

  it('listens on any other address as it is given', async () => {
    await expect(addressesOf('127.0.0.2')).resolves.toEqual(['127.0.0.2']);
  });
});
