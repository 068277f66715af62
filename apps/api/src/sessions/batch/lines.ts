import { GatheredBytes } from '../../http/gathered-bytes';

const NEWLINE = 0x0a;

/** Lines that are given at once, so that a chunk of tiny ones keeps nobody waiting. */
const MOST_LINES = 500;

/** A line of an NDJSON stream, or the fact that it was longer than allowed. */
export type Line = { bytes: Buffer } | { tooLong: true };

/**
 * Splits a stream of bytes into lines as they arrive, those of a chunk at once, 500 at most. Blank lines are passed over. Of
 * a line that is longer than allowed only the fact is kept, so memory stays bounded whatever is sent.
 *
 * @param hold is told how many bytes of a line are kept until its end comes, and throws when these are too many
 */
export async function* linesOf(
  stream: AsyncIterable<Buffer>,
  maxBytes: number,
  hold: (bytes: number) => void,
): AsyncGenerator<Line[]> {
  const line = new GatheredBytes();
  let size = 0;
  for await (const chunk of stream) {
    let lines: Line[] = [];
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      line.add(chunk.subarray(start, end));
      addLine(lines, line.take(), size + end - start, maxBytes);
      size = 0;
      start = end + 1;
      if (lines.length < MOST_LINES) continue;
      yield lines;
      lines = [];
    }
    size += chunk.length - start;
    if (size > maxBytes) line.take();
    else line.add(chunk.subarray(start));
    if (lines.length > 0) yield lines;
    hold(size > maxBytes ? 0 : size);
  }
  const last: Line[] = [];
  addLine(last, line.take(), size, maxBytes);
  if (last.length > 0) yield last;
}

function addLine(lines: Line[], bytes: Buffer, size: number, maxBytes: number): void {
  if (size > maxBytes) lines.push({ tooLong: true });
  else if (bytes.some((byte) => byte !== 0x20 && byte !== 0x0d && byte !== 0x09)) lines.push({ bytes });
}
