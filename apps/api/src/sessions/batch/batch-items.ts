import { setImmediate as nextTurn } from 'node:timers/promises';
import { ApiError, invalid } from '@sessions/contract';
import { decodeUtf8 } from '../../http/body';
import { JsonBody } from '../../http/json-body';
import type { StreamBody } from '../../http/stream-body';
import { linesOf } from './lines';

/** One item of a batch: a JSON value and about how many bytes it has, or why it is none. */
export type BatchItem = { value: unknown; bytes: number } | { problem: string; retryable?: true };

/** Items of a JSON batch that are measured at once, so that others are served between. */
const AT_ONCE = 500;

/**
 * The items of a JSON batch, some at a time: an array, or an object whose `sessions` is one.
 *
 * @throws ApiError 400 when it is neither, 413 when it has too many items
 */
export function itemsOfJson(body: unknown, maxItems: number): AsyncIterable<BatchItem[]> {
  const sessions = Array.isArray(body) ? (body as unknown[]) : sessionsOf(body);
  if (sessions.length > maxItems) {
    throw new ApiError(
      413,
      `A JSON batch may have at most ${maxItems} sessions, not ${sessions.length}; send several, or NDJSON.`,
    );
  }
  return measuredInTurn(sessions);
}

async function* measuredInTurn(sessions: readonly unknown[]): AsyncGenerator<BatchItem[]> {
  for (let first = 0; first < sessions.length; first += AT_ONCE) {
    if (first > 0) await nextTurn();
    yield sessions.slice(first, first + AT_ONCE).map(measured);
  }
}

/** JSON can be read at any depth, but not written. */
function measured(value: unknown): BatchItem {
  try {
    return { value, bytes: Buffer.byteLength(JSON.stringify(value)) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'The item is nested too deeply.' };
    throw error;
  }
}

function sessionsOf(body: unknown): unknown[] {
  if (typeof body === 'object' && body !== null && 'sessions' in body && Array.isArray(body.sessions)) {
    const unknown = Object.keys(body).find((key) => key !== 'sessions');
    if (unknown === undefined) return body.sessions as unknown[];
    throw invalid([
      { field: unknown, message: `${unknown} is not a field of a batch; allowed is only sessions.` },
    ]);
  }
  throw invalid([
    {
      field: 'sessions',
      message: 'The body must be an array of sessions, or an object whose sessions is one.',
    },
  ]);
}

/**
 * The items of an NDJSON stream, one a line, as they arrive. A stream that breaks off ends with an item that says so,
 * because those before it are accepted and must not be sent again.
 *
 * @param most what a line may have of bytes and of values
 * @throws ApiError 400 or 503 when not even the first line can be read
 */
export async function* itemsOfNdjson(
  { chunks, hold }: StreamBody,
  most: { bytes: number; values: number },
): AsyncGenerator<BatchItem[]> {
  let any = false;
  try {
    for await (const lines of linesOf(chunks, most.bytes, hold)) {
      any = true;
      yield lines.map((line) =>
        'tooLong' in line
          ? { problem: `The line is longer than ${most.bytes} bytes.` }
          : itemOf(line.bytes, most.values),
      );
    }
  } catch (error) {
    if (!any || !(error instanceof ApiError)) throw error;
    yield [{ problem: `${error.message} Send again what begins with this item.`, retryable: true }];
  }
}

function itemOf(bytes: Buffer, mostValues: number): BatchItem {
  try {
    return { value: JsonBody.parse(decodeUtf8(bytes), mostValues).value, bytes: bytes.length };
  } catch (error) {
    if (error instanceof ApiError) return { problem: error.message.replace('The body', 'The line') };
    throw error;
  }
}
