import fc from 'fast-check';
import type { SearchDocument } from '../search-engine';
import { matches, sessionWords } from '../text/matcher';
import { parseQuery } from '../text/query';
import { PendingIndex } from './pending-index';
import type { PendingSession } from './pending-session';

const anyText = fc
  .array(fc.constantFrom('export', 'exprot', 'exports', 'button', 'butter', 'a1', 'a2', 'flow', 'flaw'), {
    maxLength: 6,
  })
  .map((words) => words.join(' '));
const anyQuery = fc
  .array(fc.constantFrom('export', 'expo', 'buttn', 'a1', 'flow', '"flow flaw"', '-butter', 'b'), {
    maxLength: 3,
  })
  .map((terms) => terms.join(' '));

function session(sessionId: string, text: string, change = '1'): PendingSession {
  const document = { projectId: 'p', sessionId } as SearchDocument;
  return { change, document, words: sessionWords([text]), bytes: text.length };
}

const idsOf = (sessions: PendingSession[]) => sessions.map(({ document }) => document.sessionId).sort();

describe('PendingIndex', () => {
  it('finds what the matcher says, after sessions were added, replaced and forgotten', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9).map(String), anyText), { maxLength: 20 }),
        fc.array(fc.nat(9).map(String)),
        anyQuery,
        (added, retained, text) => {
          const index = new PendingIndex();
          const expected = new Map<string, PendingSession>();
          for (const [sessionId, words] of added) {
            index.add(session(sessionId, words));
            expected.set(sessionId, session(sessionId, words));
          }
          index.retain(new Set(retained));
          const query = parseQuery(text);
          const left = [...expected].filter(([sessionId]) => retained.includes(sessionId));
          const matching = left
            .filter(([, { words }]) => matches(query, words))
            .map(([sessionId]) => sessionId);
          expect(idsOf(index.matching(query))).toEqual(matching.sort());
          expect(index.bytes).toBe(left.reduce((sum, [, { bytes }]) => sum + bytes, 0));
        },
      ),
    );
  });

  it('finds what is left after tens of thousands of words came and went', () => {
    const index = new PendingIndex();
    index.add(session('kept', 'export button'));
    for (let at = 0; at < 30; at++) {
      index.add(session('other', Array.from({ length: 1000 }, (_, word) => `w${at}x${word}`).join(' ')));
    }
    index.add(session('late', 'export flow'));
    expect(idsOf(index.matching(parseQuery('exprot')))).toEqual(['kept', 'late']);
    expect(idsOf(index.matching(parseQuery('w29x7')))).toEqual(['other']);
    expect(idsOf(index.matching(parseQuery('w3x7')))).toEqual([]);
  });

  it('knows at which change it has a session', () => {
    const index = new PendingIndex();
    index.add(session('a', 'first', '1'));
    index.add(session('a', 'second', '2'));
    expect([index.get('a')?.change, index.get('b')]).toEqual(['2', undefined]);
    index.retain(new Set());
    expect(index.get('a')).toBeUndefined();
  });
});
