import type { Bench } from '../bench';
import { batchRequests, BATCH_SESSIONS, createRequests, limitRequests } from '../load/requests';
import { inTurn, pairUp } from '../statistics';
import { ratioAtLeast } from '../target';
import { AcceptSetup } from './accept-setup';

/** Requests under way at once: enough to keep one API busy. */
const CONNECTIONS = 4;

/** NDJSON of 500 sessions a request, against parsing, validating and queueing the same bodies, and single creates. */
export const acceptBatch: Bench = {
  name: 'accept-batch',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const setup = new AcceptSetup(context);
    const product = await setup.startApis();
    const batches = batchRequests(product, CONNECTIONS);
    const sides = {
      product: batches,
      limit: limitRequests(batches, await setup.startLimit('accept-batch', 'batch')),
      single: createRequests(product, 64),
    };
    for (const requests of Object.values(sides)) await setup.warmUp(requests);
    const results = await inTurn(context.rounds, {
      product: () => setup.measure(sides.product),
      limit: () => setup.measure(sides.limit),
      single: () => setup.measure(sides.single),
    });
    const perSecond = (side: keyof typeof sides, sessions: number) =>
      results[side].map(({ requestsPerSecond }) => requestsPerSecond * sessions);
    const product500 = perSecond('product', BATCH_SESSIONS);
    return [
      {
        what: 'to parse, validate and queue',
        unit: 'sessions/s',
        target: ratioAtLeast(0.7),
        pairs: pairUp(product500, perSecond('limit', BATCH_SESSIONS)),
      },
      {
        what: 'to single creates',
        unit: 'sessions/s',
        target: ratioAtLeast(3),
        pairs: pairUp(product500, perSecond('single', 1)),
      },
    ];
  },
};
