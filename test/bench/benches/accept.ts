import type { Bench, Figure } from '../bench';
import type { BenchContext } from '../context';
import { createRequests, limitRequests } from '../load/requests';
import { inTurn, pairUp } from '../statistics';
import { atMost, ratioAtLeast } from '../target';
import { AcceptSetup } from './accept-setup';

const CONNECTIONS = [64, 512];

/** Milliseconds, at 64 connections. */
const P99_TARGET = atMost(50);

/** How much more the product should do than a job a request, whose cost Postgres feels most. */
const OVER_SINGLE = { embedded: 6, redis: 2, meilisearch: 2 };

/** Single creates, answered once they are durably in the queue, against bare Fastify routes that do only that. */
export const accept: Bench = {
  name: 'accept',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const setup = new AcceptSetup(context);
    const product = await setup.startApis();
    const gathered = await setup.startLimit('accept', 'gathered', { GATHER_MS: '2' });
    const single = await setup.startLimit('accept', 'single', { GATHER_MS: '0' });
    const figures: Figure[] = [];
    for (const connections of context.quick ? [64] : CONNECTIONS) {
      const requests = createRequests(product, connections);
      figures.push(
        ...(await compare(context, setup, {
          product: requests,
          gathered: limitRequests(requests, gathered),
          single: limitRequests(requests, single),
        })),
      );
    }
    return figures;
  },
};

async function compare(
  context: BenchContext,
  setup: AcceptSetup,
  sides: Record<'product' | 'gathered' | 'single', ReturnType<typeof createRequests>>,
): Promise<Figure[]> {
  for (const requests of Object.values(sides)) await setup.warmUp(requests);
  const results = await inTurn(context.rounds, {
    product: () => setup.measure(sides.product),
    gathered: () => setup.measure(sides.gathered),
    single: () => setup.measure(sides.single),
  });
  const rates = (side: keyof typeof sides) => results[side].map(({ requestsPerSecond }) => requestsPerSecond);
  const { connections } = sides.product;
  const figures: Figure[] = [
    {
      what: `${connections} connections, to gathered jobs`,
      unit: 'sessions/s',
      target: ratioAtLeast(0.6),
      pairs: pairUp(rates('product'), rates('gathered')),
    },
    {
      what: `${connections} connections, to a job each`,
      unit: 'sessions/s',
      target: ratioAtLeast(OVER_SINGLE[context.backend]),
      pairs: pairUp(rates('product'), rates('single')),
    },
  ];
  if (connections === 64) {
    const pairs = pairUp(
      results.product.map(({ p99 }) => p99),
      results.gathered.map(({ p99 }) => p99),
    );
    figures.push({ what: `${connections} connections, p99`, unit: 'ms', target: P99_TARGET, pairs });
  }
  return figures;
}
