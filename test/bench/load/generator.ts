import autocannon from 'autocannon';
import type { Load } from './load';

/** The load generator's process: is told what to send, sends it, and tells what came of it. */
async function generate({ url, seconds, paths, noneRejected, ...load }: Load): Promise<void> {
  const result = await autocannon({
    ...load,
    // Its types know of one URL only.
    url: url as string,
    duration: seconds,
    ...(paths === undefined ? {} : { requests: paths.map((path) => ({ path })) }),
    ...(noneRejected === true ? { verifyBody: tellsOfNoneRejected } : {}),
  });
  process.send?.({
    requestsPerSecond: result.requests.total / result.duration,
    p50: result.latency.p50,
    p99: result.latency.p99,
    answered: result.requests.total,
    failed: result.errors,
    refused: result.non2xx + result.mismatches,
  });
  process.disconnect();
}

/** Looks for what the API writes of an item that it did not accept; to parse answers would take from what is measured. */
function tellsOfNoneRejected(answer: string | Buffer = ''): boolean {
  return !answer.includes('"status":"rejected"');
}

process.once('message', (load) => void generate(load as Load));
