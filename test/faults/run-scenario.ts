import { decodeId } from '@sessions/contract';
import { sleep } from '@sessions/runtime';
import type { Cluster } from './cluster/cluster';
import { Load } from './load/load';
import type { Options } from './options';
import type { Random } from '../support/random';
import type { Result } from './report';
import type { Scenario, Stage } from './scenarios/scenario';
import { compare, countWrites } from './verify/compare';
import { drain } from './verify/drain';
import { untilRecovered } from './verify/recovery';
import { checkSearch } from './verify/search-check';
import { takeSnapshot } from './verify/snapshot';

/** Milliseconds of undisturbed load before the fault, and after the recovery. */
const BEFORE_MS = [1000, 3000] as const;
const SHORT_BEFORE_MS = [300, 600] as const;
const AFTER_MS = 1000;
const SHORT_AFTER_MS = 200;

/** How long clients repeat after the load's end: longer than the 30 s that a dead API's idempotency keys are held. */
const PATIENCE_MS = 45_000;
const SHORT_PATIENCE_MS = 1000;

/** How long nothing may change after the drain, so that a late duplicate is seen. */
const QUIET_MS = 2000;
const SHORT_QUIET_MS = 1000;

/** A refusal must come within this; 5 of 100 may come later, since the machine has other work. */
const REFUSED_MS = 1000;
const REFUSED_SHARE = 0.95;

/** Recovery that takes longer than this is a fault of its own. */
const RECOVERY_MS = 60_000;

/**
 * Runs one scenario under load and compares what was acknowledged with what is there in the end.
 *
 * @param options `urls` is where the load goes, if not to the APIs themselves; `recoveryMs` is how long recovery may take
 */
export async function runScenario(
  cluster: Cluster,
  scenario: Scenario,
  round: number,
  random: Random,
  options: Pick<Options, 'rate' | 'outageMs' | 'short'> & { urls?: string[]; recoveryMs?: number },
): Promise<Result> {
  const project = await cluster.newProject(`${scenario.name} ${round}`);
  const load = new Load({
    project,
    urls: options.urls ?? cluster.urls,
    random: random.fork(),
    rate: options.rate,
    patienceMs: options.short ? SHORT_PATIENCE_MS : PATIENCE_MS,
  });
  const stage: Stage = { cluster, load, random, outageMs: options.outageMs };
  const remarks: string[] = [];
  const problems: string[] = [];
  /** What fails is a problem of the scenario, and the comparison is made all the same. */
  const noting = async <Value>(work: () => Promise<Value>): Promise<Value | undefined> => {
    try {
      return await work();
    } catch (error) {
      problems.push((error as Error).message);
      return undefined;
    }
  };

  await scenario.prepare?.(stage);
  const [shortest, longest] = options.short ? SHORT_BEFORE_MS : BEFORE_MS;
  load.start();
  await sleep(random.between(shortest, longest));
  const remark = await noting(() => scenario.strike(stage));
  if (typeof remark === 'string') remarks.push(remark);
  // What the search engine missed is stored all the while.
  const wanted = scenario.needs === 'meilisearch' ? 'indexed' : 'stored';
  const recovered = await noting(() =>
    untilRecovered(load.ledger, cluster.postgres.url, wanted, options.recoveryMs ?? RECOVERY_MS),
  );
  await sleep(options.short ? SHORT_AFTER_MS : AFTER_MS);
  await load.stop();
  await noting(async () => scenario.restore?.(stage));
  const projectId = decodeId('proj', project.projectId) ?? '';
  await noting(() => drain(cluster.environment, projectId, options.short ? SHORT_QUIET_MS : QUIET_MS));

  const snapshot = await takeSnapshot(cluster.postgres.url, projectId);
  const { findings, ...faults } = compare(load.ledger, snapshot);
  const search = await checkSearch(cluster.urls[0] ?? '', project, load.sharedWords, snapshot.sessions);
  problems.push(...cluster.problems.splice(0), ...findings, ...search.findings);
  remarks.push(...outcomes(load));
  if (load.ledger.unanswered > 0) {
    const sentence = `${load.ledger.unanswered} requests with a key or a record were never answered`;
    (options.short ? remarks : problems).push(sentence);
  }
  if (scenario.noRequestFails) problems.push(...load.ledger.failures);
  const refusals = refusalTimes(load);
  if (refusals.length > 0) remarks.push(refusals);
  if (scenario.refuses) (options.short ? remarks : problems).push(...refusalProblems(load));
  return {
    profile: cluster.profile,
    scenario: scenario.name,
    round,
    ...countWrites(load.ledger),
    stored: snapshot.sessions.length,
    searchable: search.searchable,
    ...faults,
    recovered: recovered ?? null,
    remarks,
    problems,
  };
}

function refusalTimes({ ledger }: Load): string {
  if (ledger.count('503') === 0) return '';
  return `95 of 100 refused within ${ledger.refusalMs(REFUSED_SHARE)} ms, all within ${ledger.refusalMs(1)} ms`;
}

function refusalProblems({ ledger }: Load): string[] {
  if (ledger.count('503') === 0) return ['Nothing was refused.'];
  const late = ledger.refusalMs(REFUSED_SHARE);
  return late > REFUSED_MS ? [`Of 100 requests 5 were refused only after ${late} ms.`] : [];
}

/** What requests came to other than success. */
function outcomes({ ledger }: Load): string[] {
  return [...ledger.outcomes]
    .filter(([outcome]) => !/^2\d\d$/.test(outcome))
    .map(([outcome, count]) => `${count} × ${outcome}`);
}
