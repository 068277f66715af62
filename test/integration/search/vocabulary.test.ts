import { newUuid } from '@sessions/contract';
import { Vocabulary } from '../../../libs/search/src/postgres/vocabulary';
import { useDatabase } from './database-suite';

describe('the words of a project that begin like a word', () => {
  const given = useDatabase();
  let vocabulary: Vocabulary;
  let projectId: string;

  beforeEach(() => {
    vocabulary = new Vocabulary(given.database);
    projectId = newUuid();
  });

  async function store(words: string[], project = projectId): Promise<void> {
    const newWords = vocabulary.gather();
    newWords.add(project, words);
    await vocabulary.store(newWords);
  }

  async function beginning(...words: string[]): Promise<string[] | undefined> {
    const found = await vocabulary.wordsBeginning(
      projectId,
      words.map((word) => ({ word, asPrefix: true })),
    );
    return found?.map(({ word }) => word).sort();
  }

  it('are those of the project, and the word itself, though it be too short to be stored', async () => {
    await store(['billing', 'bills', 'balance']);
    await store(['billion'], newUuid());
    expect(await beginning('bil')).toEqual(['bil', 'billing', 'bills']);
    expect(await beginning('bil', 'bal')).toEqual(['bal', 'balance', 'bil', 'billing', 'bills']);
  });

  it('are none where no session can have any', async () => {
    await store(['billing']);
    expect(await beginning('bills')).toEqual([]);
    expect(await beginning('bal')).toEqual(['bal']);
  });

  it('are not told where the vocabulary does not hold all of them', async () => {
    await store(['abcd', '12345']);
    expect(await beginning('ab')).toBeUndefined();
    expect(await beginning('1234')).toBeUndefined();
    expect(await beginning('abc', '123')).toBeUndefined();
  });

  it('are not told where they are many', async () => {
    await store(Array.from({ length: 300 }, (_, at) => `word${at}`));
    expect(await beginning('word')).toBeUndefined();
    expect(await beginning('word1')).toHaveLength(111);
  });
});
