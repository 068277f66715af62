import { writeFile } from 'node:fs/promises';
import { build, requireBuild } from '../support/build';
import { closeRun, openRun } from '../support/run-folder';
import { startRunServers } from '../support/run-servers';
import { BACKENDS } from './bench';
import type { Backend, Bench } from './bench';
import { BENCHES } from './benches/benches';
import { BenchContext } from './context';
import { commit, has, machine, versions } from './environment';
import { parseOptions, USAGE } from './options';
import type { Options } from './options';
import { comparison } from './report/compare';
import { consoleLine } from './report/console-table';
import { readReport, writeDocuments } from './report/documents';
import { cellsOf, COLUMNS } from './report/format';
import { resultOf } from './result';
import type { Report, Result } from './result';

/** Runs the benches on every backend that the machine has. One that fails is said, and the others still run. */
async function runAll(options: Options): Promise<{ report: Report; failed: boolean }> {
  const report: Report = { machine: machine(), versions: versions(), commit: commit(), results: [] };
  let failed = false;
  console.log(consoleLine(COLUMNS));
  for (const backend of BACKENDS) {
    const benches = benchesOn(backend, options);
    if (benches.length === 0) continue;
    if (!has(backend)) {
      const names = benches.map(({ name }) => name).join(', ');
      console.log(`Passed over on ${backend}, for which this machine lacks a server: ${names}`);
      continue;
    }
    const backendContext = new BenchContext(backend, options);
    for (const bench of benches) {
      try {
        report.results.push(...(await runBench(bench, backendContext)));
        // At once, so that a run that is ended early has not been for nothing.
        if (options.json !== undefined) await writeFile(options.json, JSON.stringify(report, null, 2));
      } catch (error) {
        failed = true;
        console.error(`${bench.name} on ${backend} failed:`, error);
      }
    }
    await backendContext.close();
  }
  return { report, failed };
}

/** Those that were asked for. Of a quick run one backend each will do to see that they run. */
function benchesOn(backend: Backend, { names, quick, backend: only }: Options): Bench[] {
  return BENCHES.filter(({ name, backends }) => {
    if (names.length > 0 && !names.includes(name)) return false;
    const wanted = only === undefined && quick ? backends.filter(has).slice(0, 1) : backends;
    return wanted.includes(backend) && (only ?? backend) === backend;
  });
}

async function runBench(bench: Bench, backendContext: BenchContext): Promise<Result[]> {
  const figures = await backendContext.part((context) => bench.run(context));
  const results = figures.map((figure) => resultOf(bench.name, backendContext.backend, figure, commit()));
  for (const result of results) console.log(consoleLine(cellsOf(result)));
  return results;
}

async function main(): Promise<void> {
  const options = parseOptions(
    process.argv.slice(2),
    BENCHES.map(({ name }) => name),
  );
  const before = options.compare === undefined ? null : await readReport(options.compare);
  if (options.compare !== undefined && before === null) {
    throw new TypeError(`There is no report ${options.compare} to compare with.`);
  }
  await openRun();
  try {
    await Promise.all([startRunServers({ durable: true }), build()]);
    await requireBuild();
    const { report, failed } = await runAll(options);
    if (before !== null) console.log(comparison(before.results, report.results).join('\n'));
    if (options.writeDocs) await writeDocuments(report);
    if (failed) process.exitCode = 1;
  } finally {
    await closeRun();
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof TypeError ? `${error.message}\n\n${USAGE}` : error);
  process.exitCode = 2;
});
