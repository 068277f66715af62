import type { Bench, Figure } from '../bench';
import { sizeText } from '../sizes';
import { inTurn } from '../statistics';
import { Client } from '../load/client';
import { listPath, sharedSeeded } from '../support/seeded-product';
import { atMost } from '../target';

/** `stats=true`, over HTTP. */
export const stats: Bench = {
  name: 'stats',
  backends: ['embedded'],
  run: async (context) => {
    const figures: Figure[] = [];
    for (const size of context.sizes) {
      const { product } = await sharedSeeded(context, size);
      const client = new Client(product.apiKey);
      const ask = () => client.time(product.url + listPath(product, { stats: 'true' }));
      for (let warmUp = 0; warmUp < (context.quick ? 10 : 200); warmUp++) await ask();
      const { asked } = await inTurn(context.rounds * 4, { asked: ask });
      client.close();
      figures.push({
        what: `${sizeText(size)} stored`,
        unit: 'ms',
        target: atMost(10),
        pairs: asked.map((product) => ({ product })),
      });
    }
    return figures;
  },
};
