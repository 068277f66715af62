import { createHash } from 'node:crypto';
import type { SearchDocument, SearchDocumentKey } from '../search-engine';
import { tokenize } from '../text/tokenizer';
import { encodeWords } from './encoding';

/** Meilisearch does not find what stands after position 65,535 of an attribute, of which `FILLERS` take 264. */
const MAX_POSITIONS = 65_000;
/** A line break between messages may count as much as a full stop, which counts eight positions. */
const POSITIONS_OF_BREAK = 8;
/** Words repeated at the start of the next part, so that no phrase (ten words at most) is cut in two. */
const OVERLAP = 9;
/** Parts that a transcript may be spread over: 6.5 million words. */
const MAX_PARTS = 100;

/** Parts the messages' words are spread over: `content`, `content_2`, … */
const CONTENT_ATTRIBUTES = Array.from({ length: MAX_PARTS }, (_, at) =>
  at === 0 ? 'content' : `content_${at + 1}`,
);

/** The attributes that searches look through, the most relevant first. */
export const TEXT_ATTRIBUTES = ['name', 'description', ...CONTENT_ATTRIBUTES];

/**
 * What stands before a description or the messages: nothing, but each counts as eight positions. For each word and each
 * beginning of one Meilisearch keeps who has it at the first position, at the second, and so on to the 16th, then in
 * ranges that double; a text that begins at position 264 has its first 249 words in one range. At 300,000 sessions a
 * batch of 3,000 took 3.5 s instead of 4.8 (with 17 fillers). Nor does the one of two sessions that says a word sooner
 * come before the one that was active later, unless it is after some 760 words: the engine ranks both ranges up to there
 * alike. Names keep their places, by which one that is just what was asked comes first.
 */
const FILLERS: readonly null[] = Array.from({ length: 33 }, () => null);

/** A session as Meilisearch holds it: our words in place of the text, and what can be filtered by. */
export type IndexedDocument = Record<string, string | number | boolean | (string | null)[]>;

/** The primary key of a session. It begins with the project, so no project can overwrite another's document. */
export function documentId({ projectId, sessionId }: SearchDocumentKey): string {
  return `${projectId}_${sessionId}`;
}

/**
 * A client's own id as a filterable value. Meilisearch compares filters without case and cuts values after 468 bytes;
 * a hash in hexadecimal suffers neither, and holds no character that could break the payload.
 */
export function filterValue(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 32);
}

/** Turns a session into its document, which says under which claim of the outbox it was submitted. */
export function toIndexedDocument(document: SearchDocument, claim?: string): IndexedDocument {
  const name = encodeWords(tokenize(document.name ?? ''));
  const description = encodeWords(tokenize(document.description ?? ''));
  const parts = contentParts(document.messages.map(tokenize));
  const indexed: IndexedDocument = {
    id: documentId(document),
    projectId: document.projectId,
    sessionId: document.sessionId,
    version: document.version,
    name,
    description: afterFillers(description),
    status: document.status,
    source: document.source,
    tags: document.tags,
    isArchived: document.isArchived,
    isHumanTakeover: document.isHumanTakeover,
    isAnalyzed: document.analysisStatus === 'analyzed',
    contactId: document.contactId === null ? [] : [filterValue(document.contactId)],
    companyIds: document.companyIds.map(filterValue),
    productScopeIds: document.productScopeIds.map(filterValue),
    createdAt: document.createdAt,
    lastActivityAt: document.lastActivityAt,
    textLength: parts.reduce((sum, part) => sum + part.length, name.length + description.length),
  };
  if (claim !== undefined) indexed['claim'] = Number(claim);
  parts.forEach((part, at) => {
    indexed[CONTENT_ATTRIBUTES[at] ?? ''] = afterFillers(part);
  });
  return indexed;
}

function afterFillers(text: string): string | (string | null)[] {
  return text === '' ? text : [...FILLERS, text];
}

/** The text of an attribute, with fillers or, as names and what earlier versions wrote, without. */
export function textOf(value: IndexedDocument[string] | undefined): string {
  return [value]
    .flat()
    .filter((part) => typeof part === 'string')
    .join('\n');
}

/** Spreads messages over as many attributes as their words need. */
export function contentParts(messages: readonly (readonly string[])[]): string[] {
  const parts: string[][] = [[]];
  let positions = 0;
  for (const words of messages) {
    let from = 0;
    while (from < words.length) {
      const isLastPart = parts.length === MAX_PARTS;
      const room = isLastPart ? words.length : MAX_POSITIONS - positions - POSITIONS_OF_BREAK;
      if (isLastPart || room > OVERLAP) {
        const taken = words.slice(from, from + room);
        parts.at(-1)?.push(encodeWords(taken));
        positions += taken.length + POSITIONS_OF_BREAK;
        from += taken.length;
        if (from >= words.length) break;
        from -= OVERLAP;
      }
      parts.push([]);
      positions = 0;
    }
  }
  return parts.map((part) => part.join('\n'));
}
