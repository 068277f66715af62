import { createHash } from 'node:crypto';

/** Parts that the index of words is in. More would slow down searches of rare words, fewer those of common ones. */
export const SEGMENTS = 32;

/** Most bytes of words in one `tsvector`, which Postgres limits to 1 MB with all its bookkeeping. */
const MAX_CHUNK_BYTES = 500_000;

/** The prefix of a project's lexemes. Two projects may share one; every query names the project as well. */
export function projectKey(projectId: string): string {
  return createHash('sha256').update(projectId).digest('hex').slice(0, 6);
}

/** The prefix of a project's lexemes in one segment. */
export function segmentKey(key: string, segment: number): string {
  return key + segment.toString(SEGMENTS);
}

/** Most bytes in UTF-8 of a UTF-16 code unit. */
const MAX_UNIT_BYTES = 3;

/** Distinct words as space-separated lexemes, in as many chunks as one `tsvector` each can hold. */
export function lexemeChunks(key: string, words: readonly string[]): string[] {
  const lexemes = words.length === 0 ? '' : key + words.join(` ${key}`);
  return lexemes.length * MAX_UNIT_BYTES <= MAX_CHUNK_BYTES ? [lexemes] : measuredChunks(key, words);
}

function measuredChunks(key: string, words: readonly string[]): string[] {
  const chunks: string[] = [];
  let chunk: string[] = [];
  let bytes = 0;
  for (const word of words) {
    const size = key.length + Buffer.byteLength(word);
    if (bytes + size > MAX_CHUNK_BYTES) {
      chunks.push(chunk.join(' '));
      chunk = [];
      bytes = 0;
    }
    chunk.push(key + word);
    bytes += size;
  }
  return [...chunks, chunk.join(' ')];
}
