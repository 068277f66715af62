const NEWLINE = 0x0a;

/** A line of an NDJSON stream, or the fact that it was longer than allowed. */
export type Line = { bytes: Buffer } | { tooLong: true };

/**
 * Splits a stream of bytes into lines as they arrive. Blank lines are passed over. Of a line that is longer than
 * allowed only the fact is kept, so memory stays bounded whatever is sent.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      yield* lineOf([...parts, chunk.subarray(start, end)], size + end - start, maxBytes);
      parts = [];
      size = 0;
      start = end + 1;
    }
    size += chunk.length - start;
    if (size > maxBytes) parts = [];
    else parts.push(chunk.subarray(start));
  }
  yield* lineOf(parts, size, maxBytes);
}

function* lineOf(parts: Buffer[], size: number, maxBytes: number): Generator<Line> {
  if (size > maxBytes) {
    yield { tooLong: true };
    return;
  }
  const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  if (bytes.some((byte) => byte !== 0x20 && byte !== 0x0d && byte !== 0x09)) yield { bytes };
}
