import { writeFile } from 'node:fs/promises';
import { BACKENDS } from './bench';
import type { Backend, Bench } from './bench';
import { BenchContext } from './context';
import { commit, has, machine, versions } from './environment';
import type { Options } from './options';
import { consoleLine } from './report/console-table';
import { cellsOf, COLUMNS } from './report/format';
import { resultOf } from './result';
import type { Report, Result } from './result';

/**
 * Runs benches on every backend that the machine has. One that fails, or a backend of which something does not stop, is
 * said, and the others still run.
 */
export async function runAll(
  all: readonly Bench[],
  options: Options,
): Promise<{ report: Report; failed: boolean }> {
  const report: Report = { machine: machine(), versions: versions(), commit: commit(), results: [] };
  let failed = false;
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      failed = true;
      console.error(`${what} failed:`, error);
    }
  };
  console.log(consoleLine(COLUMNS));
  for (const backend of BACKENDS) {
    const benches = benchesOn(all, backend, options);
    if (benches.length === 0) continue;
    if (!has(backend)) {
      const names = benches.map(({ name }) => name).join(', ');
      console.log(`Passed over on ${backend}, for which this machine lacks a server: ${names}`);
      continue;
    }
    const backendContext = new BenchContext(backend, options);
    for (const bench of benches) {
      await attempt(`${bench.name} on ${backend}`, async () => {
        report.results.push(...(await runBench(bench, backendContext, report.commit)));
        // At once, so that a run that is ended early has not been for nothing.
        if (options.json !== undefined) await writeFile(options.json, JSON.stringify(report, null, 2));
      });
    }
    await attempt(`Stopping what benches on ${backend} shared`, () => backendContext.close());
  }
  return { report, failed };
}

/** Those that were asked for. Of a quick run one backend each will do to see that they run. */
function benchesOn(
  all: readonly Bench[],
  backend: Backend,
  { names, quick, backend: only }: Options,
): Bench[] {
  return all.filter(({ name, backends }) => {
    if (names.length > 0 && !names.includes(name)) return false;
    const wanted = only === undefined && quick ? backends.filter(has).slice(0, 1) : backends;
    return wanted.includes(backend) && (only ?? backend) === backend;
  });
}

/** @throws Error when another commit was checked out meanwhile, as limits are made of what lies there */
async function runBench(bench: Bench, backendContext: BenchContext, measured: string): Promise<Result[]> {
  const figures = await backendContext.part((context) => bench.run(context));
  if (commit() !== measured)
    throw new Error(`The commit is ${commit()} by now, and was ${measured} at first.`);
  const results = figures.map((figure) => resultOf(bench.name, backendContext.backend, figure, measured));
  for (const result of results) console.log(consoleLine(cellsOf(result)));
  return results;
}
