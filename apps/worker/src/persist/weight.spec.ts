import { newUuid } from '@sessions/contract';
import type { AcceptedMessage, AcceptedSession, SessionFields } from '@sessions/contract';
import { weightOf } from './weight';

const KIB = 1024;

const session = (fields: Partial<SessionFields> = {}, messages?: AcceptedMessage[]): AcceptedSession => ({
  projectId: newUuid(),
  id: newUuid(),
  version: 1,
  fields,
  ...(messages && { messages }),
});
const said = (content: string): AcceptedMessage => ({ role: 'user', senderType: 'user', content });

const charactersOf = (given: AcceptedSession): number => weightOf([given])[1];
const plain = charactersOf(session());

describe('the weight of sessions', () => {
  it('is their number, and about what they take in memory', () => {
    expect(weightOf([])).toEqual([0, 0]);
    expect(weightOf([session(), session()])).toEqual([2, 2 * plain]);
  });

  it.each<[string, AcceptedSession, number]>([
    ['messages', session({}, [said('x'.repeat(64 * KIB)), said('y')]), 64 * KIB],
    [
      'a name and a description',
      session({ name: 'x'.repeat(KIB), description: 'x'.repeat(64 * KIB) }),
      65 * KIB,
    ],
    ['metadata', session({ userMetadata: { a: { b: ['x'.repeat(64 * KIB)] } } }), 64 * KIB],
    ['names of fields', session({ customFields: { ['x'.repeat(64 * KIB)]: null } }), 64 * KIB],
    [
      'links',
      session({ linkedEntities: { issues: Array.from({ length: 100 }, () => 'x'.repeat(KIB)) } }),
      100 * KIB,
    ],
  ])('counts the characters of %s', (_what, given, characters) => {
    expect(charactersOf(given) - plain).toBeGreaterThanOrEqual(characters);
    expect(charactersOf(given) - plain).toBeLessThan(characters * 1.1);
  });

  it('counts what short values and messages take beside their characters', () => {
    const values = session({ userMetadata: { numbers: Array.from({ length: KIB }, () => 1) } });
    const messages = session(
      {},
      Array.from({ length: KIB }, () => said('x')),
    );
    expect(charactersOf(values)).toBeGreaterThan(10 * KIB);
    expect(charactersOf(messages)).toBeGreaterThan(100 * KIB);
  });
});
