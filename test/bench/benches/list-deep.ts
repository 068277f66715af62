import type { Bench, Figure } from '../bench';
import { sizeText } from '../sizes';
import { inTurn, pairUp } from '../statistics';
import { Client } from '../load/client';
import { listPath, sharedSeeded } from '../support/seeded-product';
import { atMost, ratioAtMost } from '../target';

const OFFSET = 500_000;

/**
 * A page far down a list, by offset, and by cursor against the first page. The seeded sessions are live data: most were
 * active near the day they were created. Imported history, created on a few days and active over years, has no such
 * nearby time to start from: there an offset costs a walk over all before it.
 */
export const listDeep: Bench = {
  name: 'list-deep',
  backends: ['embedded'],
  run: async (context) => {
    const figures: Figure[] = [];
    for (const size of context.sizes) {
      const { product } = await sharedSeeded(context, size);
      const client = new Client(product.apiKey);
      // Of a small store as far down as its project goes.
      const offset = Math.min(OFFSET, size / 2);
      const url = (parameters: Record<string, string>) => product.url + listPath(product, parameters);
      const answer = await client.get(url({ offset: String(offset) }));
      const { next_cursor: cursor } = JSON.parse(answer) as { next_cursor: string | null };
      const time = (parameters: Record<string, string>) => () => client.time(url(parameters));
      const sides = {
        deep: time({ offset: String(offset) }),
        cursor: time({ cursor: cursor ?? '' }),
        first: time({}),
      };
      for (let warmUp = 0; warmUp < (context.quick ? 10 : 200); warmUp++) await inTurn(1, sides);
      const times = await inTurn(context.rounds * 4, sides);
      client.close();
      const where = `${sizeText(size)} stored, at offset ${offset}`;
      figures.push(
        { what: where, unit: 'ms', target: atMost(60), pairs: times.deep.map((product) => ({ product })) },
        {
          what: `${where}, by cursor, to the first page`,
          unit: 'ms',
          target: ratioAtMost(1.3),
          pairs: pairUp(times.cursor, times.first),
        },
      );
    }
    return figures;
  },
};
