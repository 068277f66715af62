import { newUuid } from '@sessions/contract';
import { matches, parseQuery, sessionWords } from '@sessions/search';
import fc from 'fast-check';
import { searchEngines } from '../../support/backends';
import type { EngineUnderTest } from './engine-under-test';
import { openEngine, searchDocument } from './engine-under-test';

/** Words that are near each other: typos, beginnings, compounds, numbers and other scripts. */
const VOCABULARY = (
  'sun flower sunflower sunflowers flowers flour export exports exprot expo exporting import port ports 120 1200 ' +
  '12 48213 48214 v12345 v12346 a1b2c a1b2d über uber straße strasse naïve привет превет приветы 東京 京 대한민국 ' +
  'हिन्दी สวัสดี γλώσσα 𞤢𞤣𞤤𞤢𞤥 𞤢𞤤𞤣𞤢𞤥 𞤢𞤣𞤤𞤢𞤥𞤪 𞤨𞤵𞤤 𞤨𞤵𞤪 can cannot not e-mail email x y z nan infinity 1e5 inf'
).split(' ');

const someWord = fc.constantFrom(...VOCABULARY);
const text = fc.array(someWord, { maxLength: 12 }).map((words) => words.join(' '));
const session = fc.record({
  name: fc.option(text, { nil: null }),
  description: fc.option(text, { nil: null }),
  messages: fc.array(text, { maxLength: 4 }),
});

/** A word of the vocabulary, cut short, with a letter changed, dropped or swapped, or as it is. */
const nearWord = fc.tuple(someWord, fc.nat(4), fc.nat(8)).map(([word, change, at]) => {
  const letters = Array.from(word);
  if (change === 1) letters.length = Math.min(letters.length, at + 1);
  if (change === 2) letters.splice(at, 1, 'q');
  if (change === 3) letters.splice(at, 1);
  if (change === 4) letters.splice(at, 2, ...letters.slice(at, at + 2).reverse());
  return letters.join('');
});
const phrase = fc.array(someWord, { minLength: 1, maxLength: 3 }).map((words) => `"${words.join(' ')}"`);
const term = fc.oneof(
  { weight: 6, arbitrary: nearWord },
  { weight: 2, arbitrary: phrase },
  { weight: 1, arbitrary: nearWord.map((word) => `-${word}`) },
  { weight: 1, arbitrary: phrase.map((words) => `-${words}`) },
);
const query = fc.array(term, { maxLength: 4 }).map((terms) => terms.join(' '));

describe.each(searchEngines())('search by %s', (backend) => {
  let under: EngineUnderTest;

  beforeAll(async () => {
    under = await openEngine(backend);
  });

  afterAll(() => under.close());

  it('finds exactly the sessions that the matcher finds', async () => {
    const projectId = newUuid();
    const seed = Number(process.env['TEST_SEED'] ?? Date.now() % 1_000_000);
    const documents = fc
      .sample(session, { numRuns: 300, seed })
      .map((fields) => searchDocument({ projectId, ...fields }));
    await under.index(documents);
    const wordsOf = new Map(
      documents.map(({ sessionId, name, description, messages }) => [
        sessionId,
        sessionWords([name, description, ...messages]),
      ]),
    );
    const differences: string[] = [];
    for (const asked of fc.sample(query, { numRuns: 400, seed })) {
      const parsed = parseQuery(asked);
      const expected = [...wordsOf].filter(([, words]) => matches(parsed, words)).map(([id]) => id);
      const { sessionIds, total } = await under.search(projectId, asked, { limit: 1000 });
      const missing = expected.filter((id) => !sessionIds.includes(id));
      const wrong = sessionIds.filter((id) => !expected.includes(id));
      if (missing.length + wrong.length > 0 || total !== expected.length) {
        const example = documents.find(({ sessionId }) => sessionId === (missing[0] ?? wrong[0]));
        const texts = [example?.name, example?.description, ...(example?.messages ?? [])].join(' / ');
        differences.push(
          `${asked}: missing ${missing.length}, wrong ${wrong.length}, total ${total}: ${texts}`,
        );
      }
    }
    expect({ seed, differences }).toEqual({ seed, differences: [] });
  }, 120_000);
});
