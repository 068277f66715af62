import { build, requireBuild } from '../support/build';
import { closeRun, openRun } from '../support/run-folder';
import { Cluster } from './cluster/cluster';
import type { Profile } from './cluster/cluster';
import { parseOptions, USAGE } from './options';
import type { Options } from './options';
import { Random } from '../support/random';
import { brokenOff, headLine, resultLines, summary } from './report';
import type { Result } from './report';
import { runScenario } from './run-scenario';
import { SCENARIOS } from './scenarios/scenarios';
import type { Scenario } from './scenarios/scenario';
import { selfCheck } from './self-check/self-check';

/** The scenarios that the options ask for and the profile has the servers for. */
function chosen(profile: Profile, { scenarios, short }: Options): Scenario[] {
  const unknown = scenarios.find((name) => SCENARIOS.every((scenario) => scenario.name !== name));
  if (unknown !== undefined)
    throw new TypeError(
      `There is no scenario "${unknown}"; there are ${SCENARIOS.map(({ name }) => name).join(', ')}.`,
    );
  return SCENARIOS.filter(
    (scenario) =>
      (scenarios.length === 0
        ? !scenario.onlyNamed && (!short || scenario.short)
        : scenarios.includes(scenario.name)) &&
      (scenario.needs === undefined || profile.includes(scenario.needs)),
  );
}

async function runAll(options: Options): Promise<boolean> {
  const { profiles, rounds, rate, seed } = options;
  const work = profiles.map((profile) => ({ profile, scenarios: chosen(profile, options) }));
  console.log(`${profiles.join(' beside ')}, ${rounds} rounds, ${rate} requests/s, --seed ${seed}`);
  console.log(headLine());
  const runs = await Promise.allSettled(
    work.map(({ profile, scenarios }) => runProfile(profile, scenarios, options)),
  );
  const results = runs.flatMap((run) => {
    if (run.status === 'rejected') throw run.reason as Error;
    return run.value;
  });
  return results.every(({ problems }) => problems.length === 0);
}

async function runProfile(
  profile: Profile,
  scenarios: readonly Scenario[],
  options: Options,
): Promise<Result[]> {
  const results: Result[] = [];
  let cluster: Cluster | undefined;
  try {
    for (let round = 1; round <= options.rounds; round++) {
      for (const scenario of scenarios) {
        cluster ??= await Cluster.start(profile);
        const random = new Random(options.seed + round * 1000 + SCENARIOS.indexOf(scenario));
        const result = await runScenario(cluster, scenario, round, random, options).catch((error: unknown) =>
          brokenOff(profile, scenario.name, round, error),
        );
        if (result.problems.length > 0) {
          // What a fault left broken must not be counted against the next scenario, nor keep it from being run.
          const broken = cluster;
          cluster = undefined;
          await broken.stop().catch((error: unknown) => result.problems.push(`Afterwards: ${String(error)}`));
        }
        results.push(result);
        console.log(resultLines(result).join('\n'));
      }
    }
  } finally {
    await cluster?.stop();
  }
  if (options.rounds > 1) console.log(summary(results).join('\n'));
  return results;
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  await openRun();
  try {
    await build();
    await requireBuild();
    if (!(await (options.selfCheck ? selfCheck(options) : runAll(options)))) process.exitCode = 1;
  } finally {
    await closeRun();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 2;
});
