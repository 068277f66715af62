import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Readable, Transform } from 'node:stream';
import { ApiError, invalid } from '@sessions/contract';
import type { FastifyRequest } from 'fastify';

const DECODERS: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The body as it was before its `Content-Encoding`, which may be gzip, deflate or br. @throws ApiError 415 */
export function decodedBody(request: FastifyRequest, payload: Readable): Readable {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity') return payload;
  const decoder = DECODERS[encoding];
  if (decoder === undefined) {
    throw new ApiError(415, `The Content-Encoding must be gzip, br or deflate, not ${encoding}.`);
  }
  const decoded = decoder();
  payload.on('error', (error) => decoded.destroy(error));
  decoded.on('close', () => payload.unpipe(decoded));
  return payload.pipe(decoded);
}

/** 413 for a body of more decoded bytes than allowed. */
export function bodyTooLarge(limit: number): ApiError {
  return new ApiError(413, `The body is larger than ${limit} bytes (decoded); send less in one request.`);
}

/** Reads a whole body as text. @throws ApiError 413 beyond the limit of decoded bytes, 400 when it cannot be decoded */
export async function readBody(request: FastifyRequest, payload: Readable, limit: number): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of decodedBody(request, payload) as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > limit) throw bodyTooLarge(limit);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof ApiError) throw error;
    throw unreadable(error);
  }
  return decodeUtf8(Buffer.concat(chunks, size));
}

/** 400 for bytes that are not what their encoding says, or a body that ends too early. */
export function unreadable(cause: unknown): ApiError {
  return new ApiError(
    400,
    'The body could not be read: it ended early or is not what its Content-Encoding says.',
    {
      cause,
    },
  );
}

/** Text of UTF-8 bytes. Bytes that are no UTF-8 are refused, since replacing them would change what was sent. */
export function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ApiError(400, 'The body must be UTF-8 text.', { cause });
  }
}

/** The JSON value of a text. @throws ApiError 400 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') throw invalid([{ field: 'body', message: 'The body must be JSON; it is empty.' }]);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid([{ field: 'body', message: 'The body must be JSON; it could not be parsed.' }]);
  }
}
