import os from 'node:os';
import type { Product } from '../../support/product';
import type { Bench } from '../bench';
import type { BenchContext } from '../context';
import { createRequests } from '../load/requests';
import { inTurn, pairUp } from '../statistics';
import { ratioAtLeast } from '../target';
import { AcceptSetup } from './accept-setup';
import { Backlog } from './persist-backlog';
import { QUEUE_PREFIX } from './queue-reset';
import { acceptMany, untilStored } from './stored-sessions';

const CONNECTIONS = 64;
const BACKLOG = 100_000;

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
    const storing = await inTurn(context.longRounds, {
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

/** Sessions a second that so many workers store of a backlog, which they are let at once all of them are ready. */
function stored(context: BenchContext, workers: number): Promise<number> {
  return context.part(async (part) => {
    const settings = { QUEUE_NAME: `${QUEUE_PREFIX}scaling` };
    const product = await part.startProduct({ workers: 0, settings });
    const backlog = await Backlog.open(part, product, settings);
    await backlog.gate.pause();
    const queued = await acceptMany(product, part.quick ? BACKLOG / 10 : BACKLOG);
    await Promise.all(Array.from({ length: workers }, () => product.start('worker')));
    const began = performance.now();
    await backlog.gate.resume();
    await untilStored(product, queued);
    return (queued * 1000) / (performance.now() - began);
  });
}
