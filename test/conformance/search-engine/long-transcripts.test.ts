import { newUuid } from '@sessions/contract';
import { searchEngines } from '../../support/backends';
import type { EngineUnderTest } from './engine-under-test';
import { openEngine, searchDocument } from './engine-under-test';

/** Distinct words of letters only, the same in every run. */
function word(at: number): string {
  return `w${Array.from(String(at), (digit) => 'abcdefghij'[Number(digit)]).join('')}z`;
}

describe.each(searchEngines())('search by %s: long transcripts', (backend) => {
  const projectId = newUuid();
  const words = Array.from({ length: 300_000 }, (_, at) => word(at));
  const messages = Array.from({ length: 300 }, (_, at) => words.slice(at * 1000, (at + 1) * 1000).join(' '));
  const split = searchDocument({ projectId, name: 'many messages', messages });
  const whole = searchDocument({
    projectId,
    name: 'one message',
    messages: [words.join(' '), 'finally farewell'],
  });
  let under: EngineUnderTest;

  beforeAll(async () => {
    under = await openEngine(backend);
    await under.index([split, whole, searchDocument({ projectId, name: 'short', messages: [word(7)] })]);
  }, 120_000);

  afterAll(() => under.close());

  const found = async (text: string) => (await under.search(projectId, text)).sessionIds.sort();
  const both = [split.sessionId, whole.sessionId].sort();

  it('finds 300,000 distinct words to the last', async () => {
    expect(await found(word(299_999))).toEqual(both);
    expect(await found('farewell')).toEqual([whole.sessionId]);
    for (const at of [64_989, 65_000, 65_534, 65_535, 65_536, 130_000, 262_144]) {
      expect(await found(word(at))).toEqual(both);
    }
  });

  it('finds words that stand far apart together', async () => {
    expect(await found(`${word(299_999)} ${word(0)} ${word(150_000)}`)).toEqual(both);
    expect(await found(`${word(299_999)} finally ${word(0)}`)).toEqual([whole.sessionId]);
  });

  it('finds a phrase wherever the text was cut', async () => {
    for (let at = 64_960; at < 65_010; at += 5) {
      expect(await found(`"${words.slice(at, at + 10).join(' ')}"`)).toContain(whole.sessionId);
    }
    expect(await found(`"${word(5)} ${word(7)}"`)).toEqual([]);
  });

  it('excludes by a word and by a phrase far behind', async () => {
    expect(await found(`${word(3)} -farewell`)).toEqual([split.sessionId]);
    expect(await found(`${word(3)} -"finally farewell"`)).toEqual([split.sessionId]);
    expect(await found(`${word(3)} -${word(299_999)}`)).toEqual([]);
  });

  it('forgives a typo in the last word', async () => {
    expect(await found(`${word(0)} farewlel`)).toEqual([whole.sessionId]);
  });
});
