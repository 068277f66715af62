import { invalid, isUuid } from '@sessions/contract';
import type { ApiError, ListQuery } from '@sessions/contract';
import type { ListPosition } from '@sessions/storage';

/** Where a page of a list ended: after a session, or, in a search, after so many hits. */
export type Cursor = { after: ListPosition } | { offset: number };

/** Milliseconds at which the years 1 to 9999 begin and end: messages, and so activity, may be as old or new. */
const TIMES = { first: -62_135_596_800_000, last: 253_402_300_799_999 };

/** The opaque form of a cursor. */
export function encodeCursor(cursor: Cursor): string {
  const parts =
    'after' in cursor ? [Date.parse(cursor.after.lastActivityAt), cursor.after.id] : [cursor.offset];
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Where the page that a query asks for begins. @throws ApiError 400 for a cursor that no list gave out */
export function cursorOf({ cursor, offset }: Pick<ListQuery, 'cursor' | 'offset'>): Cursor {
  return cursor === undefined ? { offset } : decodeCursor(cursor);
}

/** The cursor behind its opaque form. @throws ApiError 400 for text that no list gave out */
export function decodeCursor(text: string): Cursor {
  const parts = partsOf(text);
  if (Array.isArray(parts)) {
    const [number, id] = parts as unknown[];
    if (typeof number === 'number' && Number.isSafeInteger(number)) {
      if (parts.length === 1 && number >= 0) return { offset: number };
      if (typeof id === 'string' && isUuid(id) && number >= TIMES.first && number <= TIMES.last) {
        return { after: { lastActivityAt: new Date(number).toISOString(), id } };
      }
    }
  }
  throw wrongCursor();
}

/** 400 for a cursor that no list, or none of this kind, gave out. */
export function wrongCursor(): ApiError {
  return invalid([
    { field: 'cursor', message: 'cursor must be the next_cursor of an earlier page, unchanged.' },
  ]);
}

function partsOf(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown;
  } catch {
    return null;
  }
}
