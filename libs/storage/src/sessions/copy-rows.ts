/** A value of a column in COPY's text format, before escaping; null or undefined for NULL. */
export type CopyValue = string | number | boolean | null | undefined;

/** Characters of a piece that is sent to the server. */
const CHUNK = 64 * 1024;

/** The characters that COPY's text format gives a meaning. */
const SPECIAL = /[\\\n\r\t]/;
const ALL_SPECIAL = /[\\\n\r\t]/g;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Rows in COPY's text format, joined to pieces of about `CHUNK`, since each piece is a message to the server. */
export function* copyChunks(rows: Iterable<string>): Generator<Buffer> {
  let chunk = '';
  for (const row of rows) {
    chunk += row;
    if (chunk.length < CHUNK) continue;
    yield Buffer.from(chunk);
    chunk = '';
  }
  if (chunk !== '') yield Buffer.from(chunk);
}

/** A value in COPY's text format. */
export function copyValue(value: CopyValue): string {
  if (typeof value !== 'string') return value === null || value === undefined ? '\\N' : String(value);
  return SPECIAL.test(value)
    ? value.replace(ALL_SPECIAL, (character) => ESCAPES[character] as string)
    : value;
}
