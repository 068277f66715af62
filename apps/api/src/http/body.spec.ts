import { Readable } from 'node:stream';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import type { FastifyRequest } from 'fastify';
import fc from 'fast-check';
import { bodyTooLarge, decodeUtf8, parseJson, readBody } from './body';

const encodings = {
  gzip: gzipSync,
  'x-gzip': gzipSync,
  GZIP: gzipSync,
  deflate: deflateSync,
  br: brotliCompressSync,
};

const atMost = (limit: number) => (bytes: number) => {
  if (bytes > limit) throw bodyTooLarge(limit);
};

function read(bytes: Buffer, encoding?: string, limit = 1000): Promise<string> {
  const request = {
    headers: encoding === undefined ? {} : { 'content-encoding': encoding },
  } as FastifyRequest;
  return readBody(request, Readable.from([bytes.subarray(0, 3), bytes.subarray(3)]), atMost(limit));
}

describe('readBody', () => {
  it('reads text as it is', async () => {
    await expect(read(Buffer.from('{"a":"é😀"}'))).resolves.toBe('{"a":"é😀"}');
    await expect(read(Buffer.from('x'), 'identity')).resolves.toBe('x');
  });

  it('refuses a body that grows too large, once, and lets the rest of it pass by', async () => {
    const admit = jest.fn(atMost(5));
    const payload = Readable.from(Array.from({ length: 10 }, () => Buffer.from('x')));
    await expect(readBody({ headers: {} } as FastifyRequest, payload, admit)).rejects.toMatchObject({
      status: 413,
    });
    await new Promise((resolve) => payload.once('close', resolve));
    expect(admit.mock.calls.flat()).toEqual([1, 2, 3, 4, 5, 6]);
  });

  it('refuses the body of a client that is gone already', async () => {
    const payload = Readable.from([]);
    payload.destroy();
    await new Promise((resolve) => payload.once('close', resolve));
    const reading = readBody({ headers: {} } as FastifyRequest, payload, atMost(1000));
    await expect(reading).rejects.toMatchObject({ status: 400 });
  });

  it.each(Object.entries(encodings))('decodes %s', async (encoding, encode) => {
    await expect(read(encode('é'.repeat(400)), encoding)).resolves.toBe('é'.repeat(400));
  });

  it.each(Object.entries(encodings))('counts decoded bytes of %s', async (encoding, encode) => {
    await expect(read(encode('x'.repeat(1000)), encoding)).resolves.toHaveLength(1000);
    await expect(read(encode('x'.repeat(1_000_000)), encoding)).rejects.toMatchObject({
      status: 413,
      message: 'The body is larger than 1000 bytes (decoded); send less in one request.',
    });
  });

  it.each([
    ['no gzip', Buffer.from('hello there')],
    ['cut short', gzipSync('x'.repeat(500)).subarray(0, 12)],
  ])('refuses a body that is %s', async (_what, bytes) => {
    await expect(read(bytes, 'gzip')).rejects.toMatchObject({
      status: 400,
      message: 'The body could not be read: it ended early or is not what its Content-Encoding says.',
    });
  });

  it.each(
    ['deflate', 'br', 'gzip'].flatMap((encoding) =>
      ['garbage', '\0\0'].flatMap((rest) => [0, 1].map((chunks) => ({ encoding, rest, chunks }))),
    ),
  )('refuses what follows the end of $encoding: $rest (in $chunks chunks of its own)', async (given) => {
    const encode = encodings[given.encoding as keyof typeof encodings];
    const [bytes, rest] = [encode('{"name":"x"}'), Buffer.from(given.rest)];
    const payload = Readable.from(given.chunks === 0 ? [Buffer.concat([bytes, rest])] : [bytes, rest]);
    const request = { headers: { 'content-encoding': given.encoding } } as FastifyRequest;
    await expect(readBody(request, payload, atMost(1000))).rejects.toMatchObject({ status: 400 });
  });

  it('waits for no more once there is something that it refuses', async () => {
    const payload = new Readable({ read: () => undefined });
    payload.push(Buffer.concat([deflateSync('x'), Buffer.from('y')]));
    const request = { headers: { 'content-encoding': 'deflate' } } as FastifyRequest;
    await expect(readBody(request, payload, atMost(1000))).rejects.toMatchObject({ status: 400 });
  });

  it('reads all members of gzip', async () => {
    await expect(read(Buffer.concat([gzipSync('a'), gzipSync('b')]), 'gzip')).resolves.toBe('ab');
  });

  it.each(['zstd', 'constructor', '__proto__'])('refuses the encoding %s', async (encoding) => {
    await expect(read(Buffer.from('x'), encoding)).rejects.toMatchObject({
      status: 415,
      message: `The Content-Encoding must be gzip, br or deflate, not ${encoding}.`,
    });
  });

  it('refuses a body whose sender went away', async () => {
    const payload = new Readable({ read: () => undefined });
    const request = { headers: { 'content-encoding': 'gzip' } } as FastifyRequest;
    const reading = readBody(request, payload, atMost(10));
    payload.destroy(new Error('aborted'));
    await expect(reading).rejects.toMatchObject({ status: 400 });
  });
});

describe('decodeUtf8', () => {
  it('gives back every text, and refuses bytes that are none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) =>
        expect(decodeUtf8(Buffer.from(text))).toBe(text),
      ),
    );
    for (const bytes of [[0xff], [0xc3], [0xed, 0xa0, 0x80]]) {
      expect(() => decodeUtf8(Buffer.from(bytes))).toThrow('The body must be UTF-8 text.');
    }
  });
});

describe('parseJson', () => {
  it('gives the value', () => expect(parseJson(' {"a":[1]} ')).toEqual({ a: [1] }));

  it.each(['', ' \n'])('refuses %j as empty', (text) => {
    expect(() => parseJson(text)).toThrow('The body must be JSON; it is empty.');
  });

  it.each(['{', '{"a":}', "{'a':1}", 'undefined', '{} {}', 'NaN'])('refuses %j', (text) => {
    expect(() => parseJson(text)).toThrow('The body must be JSON; it could not be parsed.');
  });
});
