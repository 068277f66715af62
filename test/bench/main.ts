import { writeFile } from 'node:fs/promises';
import { build, requireBuild } from '../support/build';
import { closeRun, openRun } from '../support/run-folder';
import { startRunServers } from '../support/run-servers';
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

async function runBench(bench: Bench, backend: Backend, options: Options): Promise<Result[]> {
  const context = new BenchContext(backend, options);
  try {
    const figures = await bench.run(context);
    return figures.map((figure) => resultOf(bench.name, backend, figure, commit()));
  } finally {
    await context.close();
  }
}

/** Runs the benches on every backend that the machine has. One that fails is said, and the others still run. */
async function runAll(options: Options): Promise<{ report: Report; failed: boolean }> {
  const { names } = options;
  const report: Report = { machine: machine(), versions: versions(), commit: commit(), results: [] };
  let failed = false;
  console.log(consoleLine(COLUMNS));
  for (const bench of BENCHES.filter(({ name }) => names.length === 0 || names.includes(name))) {
    for (const backend of backendsOf(bench, options)) {
      if (!has(backend)) {
        console.log(`${bench.name} on ${backend}: passed over, because this machine lacks a server for it`);
        continue;
      }
      try {
        const results = await runBench(bench, backend, options);
        report.results.push(...results);
        for (const result of results) console.log(consoleLine(cellsOf(result)));
      } catch (error) {
        failed = true;
        console.error(`${bench.name} on ${backend} failed:`, error);
      }
    }
  }
  return { report, failed };
}

/** One will do to see that a bench runs. */
function backendsOf(bench: Bench, { backend, quick }: Options): readonly Backend[] {
  if (backend !== undefined) return bench.backends.filter((name) => name === backend);
  return quick ? bench.backends.filter(has).slice(0, 1) : bench.backends;
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
    if (options.json !== undefined) await writeFile(options.json, JSON.stringify(report, null, 2));
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
