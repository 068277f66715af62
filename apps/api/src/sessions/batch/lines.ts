const NEWLINE = 0x0a;

/** A line of an NDJSON stream, or the fact that it was longer than allowed. */
export type Line = { bytes: Buffer } | { tooLong: true };

/**
 * Splits a stream of bytes into lines as they arrive, those of a chunk at once. Blank lines are passed over. Of a line
 * that is longer than allowed only the fact is kept, so memory stays bounded whatever is sent.
 */
export async function* linesOf(stream: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<Line[]> {
  let parts: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream) {
    const lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      parts.push(chunk.subarray(start, end));
      addLine(lines, parts, size + end - start, maxBytes);
      parts = [];
      size = 0;
      start = end + 1;
    }
    size += chunk.length - start;
    if (size > maxBytes) parts = [];
    else parts.push(chunk.subarray(start));
    if (lines.length > 0) yield lines;
  }
  const last: Line[] = [];
  addLine(last, parts, size, maxBytes);
  if (last.length > 0) yield last;
}

function addLine(lines: Line[], parts: readonly Buffer[], size: number, maxBytes: number): void {
  if (size > maxBytes) {
    lines.push({ tooLong: true });
    return;
  }
  const bytes = parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
  if (bytes.some((byte) => byte !== 0x20 && byte !== 0x0d && byte !== 0x09)) lines.push({ bytes });
}
