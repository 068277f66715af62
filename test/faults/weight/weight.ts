import { sleep } from '@sessions/runtime';
import type { Scenario } from '../scenarios/scenario';
import { Others } from './others';
import { Pests } from './pests';

const MEASURE_MS = 10_000;
const WARM_UP_MS = 3000;

/** How many times slower than in quiet others may be served beside what is poisonous, heavy or slow. */
const MOST_SLOWER = 5;

/**
 * Clients that send lone surrogates, enormous numbers, deep JSON, 20,000 messages, 10 MiB, or a byte a second: each is
 * answered as the contract says, and nobody else is slowed down much.
 */
export const weight: Scenario = {
  name: 'weight',
  onlyNamed: true,
  async strike({ cluster }) {
    const { urls } = cluster;
    const others = new Others(await cluster.newProject('others'), urls);
    const pests = new Pests(await cluster.newProject('pests'), urls);
    await others.measure(WARM_UP_MS);
    const quiet = await others.measure(MEASURE_MS);
    pests.start();
    let loud: number;
    try {
      await sleep(1000);
      loud = await others.measure(MEASURE_MS);
    } finally {
      await pests.stop();
      others.close();
    }
    const ratio = loud / quiet;
    const figures = `p99 in quiet ${quiet.toFixed(1)} ms, beside ${pests.sent} pests ${loud.toFixed(1)} ms: ${ratio.toFixed(1)} times`;
    const problems = [...new Set([...pests.problems, ...others.problems])];
    if (problems.length > 0) throw new Error(`${figures}; ${problems.slice(0, 3).join('; ')}`);
    if (ratio >= MOST_SLOWER) throw new Error(`${figures}; less than ${MOST_SLOWER} are allowed.`);
    return figures;
  },
};
