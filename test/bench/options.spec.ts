import { parseOptions } from './options';

const KNOWN = ['accept', 'get'];

describe('the options of a run', () => {
  it('measure everything unless told otherwise', () => {
    expect(parseOptions([], KNOWN)).toMatchObject({
      names: [],
      quick: false,
      large: false,
      backend: undefined,
    });
  });

  it('name benches, a backend and files', () => {
    const args = ['get', '--backend', 'redis', '--rounds', '3', '--json', 'a.json'];
    expect(parseOptions(args, KNOWN)).toMatchObject({
      names: ['get'],
      backend: 'redis',
      rounds: 3,
      json: 'a.json',
    });
  });

  it.each([
    [['put'], 'There is no bench "put"; there are accept, get.'],
    [['--backend', 'mysql'], '--backend must be embedded, redis, meilisearch, not "mysql".'],
    [['--rounds', '0'], '--rounds must be a whole number from 1 to 9999, not "0".'],
    [['--quick', '--write-docs'], '--write-docs needs a full run'],
  ])('refuse %j with a sentence', (args, sentence) => {
    expect(() => parseOptions(args, KNOWN)).toThrow(sentence);
  });
});
