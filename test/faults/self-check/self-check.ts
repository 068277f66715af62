import { sleep } from '@sessions/runtime';
import { Cluster } from '../cluster/cluster';
import type { Options } from '../options';
import { Random } from '../../support/random';
import { headLine, resultLines } from '../report';
import type { Result } from '../report';
import { runScenario } from '../run-scenario';
import type { Scenario } from '../scenarios/scenario';
import { LyingProxy } from './lying-proxy';
import type { Lie } from './lying-proxy';

const LOAD_MS = 2000;

/** What was never stored will not come, however long one waits. */
const RECOVERY_MS = 3000;

/** By which count each lie must be found out. */
const FOUND_BY: Record<Lie, keyof Pick<Result, 'lost' | 'doubled' | 'outOfOrder' | 'wrong'>> = {
  lose: 'lost',
  double: 'doubled',
  reorder: 'outOfOrder',
  alter: 'wrong',
};

/**
 * Shows that the suite can fail: puts a proxy before the APIs that acknowledges sessions and does not store them, or
 * stores them twice, in another order or altered. True when every lie is found out by its own count, and the same
 * proxy without lies passes.
 */
export async function selfCheck(options: Options): Promise<boolean> {
  const cluster = await Cluster.start(options.profiles[0] ?? 'embedded');
  try {
    console.log(headLine());
    const honest = await runWith(cluster, undefined, options);
    let good = honest.problems.length === 0;
    for (const lie of ['lose', 'double', 'reorder', 'alter'] as const) {
      const result = await runWith(cluster, lie, options);
      good &&= result[FOUND_BY[lie]] > 0;
    }
    console.log(good ? 'Every lie was found out.' : 'The suite does not find what it must: see above.');
    return good;
  } finally {
    await cluster.stop();
  }
}

async function runWith(cluster: Cluster, lie: Lie | undefined, options: Options): Promise<Result> {
  const proxies = await Promise.all(cluster.urls.map((url) => LyingProxy.start(url, lie)));
  const scenario: Scenario = {
    name: lie === undefined ? 'honest' : `lie: ${lie}`,
    strike: () => sleep(LOAD_MS),
  };
  const random = new Random(options.seed);
  const urls = proxies.map(({ url }) => url);
  const result = await runScenario(cluster, scenario, 1, random, {
    ...options,
    urls,
    recoveryMs: RECOVERY_MS,
  });
  await Promise.all(proxies.map((proxy) => proxy.close()));
  console.log(resultLines(result).join('\n'));
  return result;
}
