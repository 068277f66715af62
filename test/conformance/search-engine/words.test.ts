import { newUuid } from '@sessions/contract';
import { searchEngines } from '../../support/backends';
import type { EngineUnderTest } from './engine-under-test';
import { openEngine, searchDocument } from './engine-under-test';

describe.each(searchEngines())('search by %s: words', (backend) => {
  const projectId = newUuid();
  const login = searchDocument({
    projectId,
    name: 'Login flow confusion',
    description: 'A visitor on the sign-in page',
    messages: ['I cannot reset my password.', 'Click the link', 'There is no link. That is the PROBLÈME!'],
  });
  const exporting = searchDocument({
    projectId,
    name: 'Support ticket #48213',
    messages: [
      'The export button does nothing when I click it.',
      'Chrome on macOS. Version 120.',
      '東京タワー',
    ],
  });
  let under: EngineUnderTest;

  beforeAll(async () => {
    under = await openEngine(backend);
    await under.index([login, exporting]);
  });

  afterAll(() => under.close());

  const both = [login, exporting];
  it.each([
    ['a word of the name', 'confusion', [login]],
    ['a word of the description', 'visitor', [login]],
    ['a word of any message', 'chrome', [exporting]],
    ['words of different places in any order', 'password login', [login]],
    ['words that must all be there', 'login chrome', []],
    ['a word of several sessions', 'click', both],
    ['any case and accent', 'PROBLEME lógin', [login]],
    ['the last word as a beginning', 'login pass', [login]],
    ['no other word as a beginning', 'pass login', []],
    ['a last word of one letter', 'button c', [exporting]],
    ['a wrong letter', 'buttom chrome', [exporting]],
    ['a missing letter', 'buton chrome', [exporting]],
    ['a letter too many', 'buttoon chrome', [exporting]],
    ['two letters swapped', 'exprot chrome', [exporting]],
    ['a wrong first letter', 'vutton chrome', [exporting]],
    ['the first letters swapped', 'xeport chrome', [exporting]],
    ['not two typos', 'buttoooon chrome', []],
    ['no typo below five letters', 'flwo login', []],
    ['a typo in five letters', 'clikc chrome', [exporting]],
    ['a typo in the last word, which is a beginning too', 'chrome exprot', [exporting]],
    ['a typo in a beginning', 'login cofnus', [login]],
    ['no typo in a number', '48214', []],
    ['a number as it is', '48213', [exporting]],
    ['the beginning of a number', 'ticket 482', [exporting]],
    ['no two words for one', 'passwordlink', []],
    ['no one word for two', 'log in', []],
    ['a phrase', '"does nothing"', [exporting]],
    ['a phrase of three words beside a word', '"does nothing when" chrome', [exporting]],
    ['no phrase of words that stand apart', '"export nothing"', []],
    ['no phrase in another order', '"nothing does"', []],
    ['no phrase across messages', '"click it chrome"', []],
    ['no phrase across fields', '"confusion a"', []],
    ['no typo in a phrase', '"exprot"', []],
    ['no beginning in a phrase', '"expor"', []],
    ['a phrase that is never closed', '"does nothing', [exporting]],
    ['an excluded word', 'click -login', [exporting]],
    ['an excluded word spelt exactly so', 'click -logins', both],
    ['an excluded phrase', 'click -"does nothing"', [login]],
    ['an excluded phrase of words that stand apart', 'click -"export nothing"', both],
    ['an excluded word with a hyphen', 'click -sign-in', [exporting]],
    ['only exclusions', '-chrome', [login]],
    ['only an excluded phrase', '-"export button"', [login]],
    ['words with a hyphen', 'sign-in', [login]],
    ['characters side by side', '京タワ', [exporting]],
    ['no characters apart', '京ワ', []],
    ['characters side by side with a long vowel', 'ワー', [exporting]],
    ['no characters apart with a long vowel', '京ー', []],
    ['nothing but punctuation: every session', ' ?! -', both],
    ['an empty text: every session', '', both],
    ['ten words', 'click there is no link that is the login flow', [login]],
    [
      'words after the tenth not at all',
      'click there is no link that is the login flow chrome -login',
      [login],
    ],
    ['signs of other query languages', 'login:* & (flow | "confusion\\', [login]],
  ])('finds %s: %s', async (_what, text, expected) => {
    const hits = await under.search(projectId, text);
    expect(hits.sessionIds.sort()).toEqual(expected.map(({ sessionId }) => sessionId).sort());
    expect(hits.total).toBe(expected.length);
  });
});
