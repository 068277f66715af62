import type { Bench } from '../bench';
import { BACKENDS } from '../bench';
import { atMost } from '../target';

/** How long an API takes from exec until it says that it serves, on a database that has the schema. */
export const start: Bench = {
  name: 'start',
  backends: BACKENDS,
  run: async (context) => {
    const product = await context.startProduct({ workers: 0 });
    const seconds: number[] = [];
    for (let round = 0; round < context.rounds; round++) {
      const begin = performance.now();
      const api = await product.start('api');
      seconds.push((performance.now() - begin) / 1000);
      await api.end();
    }
    return [
      {
        what: 'API ready after exec',
        unit: 's',
        target: atMost(1.5),
        pairs: seconds.map((product) => ({ product })),
      },
    ];
  },
};
