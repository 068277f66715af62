import { parseQuery } from '../text/query';
import { rankedStatement } from './search-statement';
import type { TextCondition } from './text-condition';

const terms = (...words: string[]) => words.map((word) => ({ word, asPrefix: false }));
const condition: TextCondition = {
  required: [terms('red', 'rod'), terms('blue')],
  beginning: null,
  typed: [terms('red'), terms('blue')],
  lookUps: [
    [terms('red'), terms('blue')],
    [terms('rod'), terms('blue')],
  ],
  read: null,
  excluded: [],
  phrases: [],
  excludedPhrases: [],
};

describe('rankedStatement', () => {
  it('sends what is not to be found once, and names it in every look-up', () => {
    const sessionIds = ['0197a1b2-0000-7000-8000-000000000001', '0197a1b2-0000-7000-8000-000000000002'];
    const { text, values } = rankedStatement(
      {
        projectId: '0197a1b2-0000-7000-8000-0000000000aa',
        query: parseQuery('red blue'),
        filters: { includeArchived: false },
        except: { sessionIds, claims: [], maybeIndexed: [] },
        limit: 10,
        offset: 10,
      },
      condition,
    );
    expect(values.filter((value) => value === sessionIds)).toHaveLength(1);
    const placeholder = `$${values.indexOf(sessionIds) + 1}::uuid[]`;
    expect(text.split(`session_id <> ALL (${placeholder})`)).toHaveLength(1 + 3);
    expect(values.slice(0, 1)).toEqual([10]);
    expect(text).toContain('LIMIT $1::int OFFSET $1::int');
  });
});
