import os from 'node:os';
import type { Product } from '../../support/product';
import type { Bench } from '../bench';
import type { BenchContext } from '../context';
import { createRequests } from '../load/requests';
import { inTurn, pairUp } from '../statistics';
import { ratioAtLeast } from '../target';
import { AcceptSetup } from './accept-setup';
import { acceptMany, StoredSessions } from './stored-sessions';

const CONNECTIONS = 64;
const BACKLOG = 100_000;

/** What is stored between two looks takes no less than this. */
const SHORTEST_MS = 50;

/**
 * Two API processes against one, and two worker processes with all roles against one. The load generator is pinned to
 * the last processor, beside the processes under test. `persist` compares workers that only store.
 *
 * On two processors one worker leaves little for a second: a session takes 22 µs of the worker, 36 of Postgres' own
 * COPY and 3 of Redis, so that 1.3 times of the 25,000 sessions/s that one stores would fill both.
 */
export const scaling: Bench = {
  name: 'scaling',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const setup = new AcceptSetup(context);
    const product = await setup.startApis(2);
    await accepted(setup, product, 2);
    const accepting = await inTurn(context.rounds, {
      two: () => accepted(setup, product, 2),
      one: () => accepted(setup, product, 1),
    });
    const storing = await inTurn(Math.min(context.rounds, 3), {
      two: () => stored(context, 2),
      one: () => stored(context, 1),
    });
    const target = ratioAtLeast(1.3);
    const unit = 'sessions/s';
    return [
      { what: 'two APIs to one', unit, target, pairs: pairUp(accepting.two, accepting.one) },
      { what: 'two workers to one', unit, target, pairs: pairUp(storing.two, storing.one) },
    ];
  },
};

/** Sessions a second that so many of the APIs accept together, of the same number of connections. */
async function accepted(setup: AcceptSetup, product: Product, apis: number): Promise<number> {
  const { url, ...load } = createRequests(product, CONNECTIONS);
  const urls = product.urls.slice(0, apis).map((base) => url.replace(product.url, base));
  const processor = os.cpus().length - 1;
  const { requestsPerSecond } = await setup.measure({ ...load, url: urls, processor });
  return requestsPerSecond;
}

/** Sessions a second that so many workers store of a backlog, from the first that is stored to the last. */
async function stored(context: BenchContext, workers: number): Promise<number> {
  const product = await context.startProduct({ workers: 0 });
  const queued = await acceptMany(product, context.quick ? BACKLOG / 10 : BACKLOG);
  const sessions = await StoredSessions.open(product);
  const [first] = await Promise.all([
    sessions.reach(1),
    ...Array.from({ length: workers }, () => product.start('worker')),
  ]);
  const last = await sessions.reach(queued);
  await sessions.close();
  await product.stop();
  return (queued * 1000) / Math.max(last.at - first.at, SHORTEST_MS);
}
