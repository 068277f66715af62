import { encodeId } from '@sessions/contract';
import type { Bench } from '../bench';
import { sendLoad } from '../load/load';
import type { Load } from '../load/load';
import { inTurn, pairUp } from '../statistics';
import { ratioAtLeast } from '../target';
import { acceptMany, StoredSessions, untilStored } from './stored-sessions';

const CONNECTIONS = 64;
const STORED = 10_000;
/** Different sessions that are asked for. */
const ASKED = 1000;

/** A stored session with its messages by id, against the same SQL by pg in a bare Fastify route. */
export const get: Bench = {
  name: 'get',
  backends: ['redis', 'embedded'],
  run: async (context) => {
    const product = await context.startProduct();
    const stored = await StoredSessions.open(product);
    context.atEnd(() => stored.close());
    await untilStored(product, await acceptMany(product, context.quick ? ASKED : STORED));
    for (const worker of product.processes.filter(({ role }) => role === 'worker')) await worker.end();
    const limit = await context.startLimit('get', {
      DATABASE_URL: product.databaseUrl,
      PROJECT_UUID: stored.projectUuid,
    });
    const ids = await stored.ids(ASKED);
    const load = (url: string, paths: string[], seconds: number): Load => {
      const headers = { authorization: `Bearer ${product.apiKey}` };
      return { url, connections: CONNECTIONS, seconds, headers, paths };
    };
    const paths = {
      product: ids.map((id) => `/api/sessions/${encodeId('sess', id)}?projectId=${product.projectId}`),
      limit: ids.map((id) => `/${id}`),
    };
    await sendLoad(load(product.url, paths.product, context.warmUpSeconds));
    await sendLoad(load(limit.url, paths.limit, context.warmUpSeconds));
    const results = await inTurn(context.rounds, {
      product: () => sendLoad(load(product.url, paths.product, context.seconds)),
      limit: () => sendLoad(load(limit.url, paths.limit, context.seconds)),
    });
    const rates = (side: keyof typeof paths) =>
      results[side].map(({ requestsPerSecond }) => requestsPerSecond);
    return [
      {
        what: `${CONNECTIONS} connections`,
        unit: 'requests/s',
        target: ratioAtLeast(0.7),
        pairs: pairUp(rates('product'), rates('limit')),
      },
    ];
  },
};
