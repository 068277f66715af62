import { build, requireBuild } from '../support/build';
import { closeRun, openRun } from '../support/run-folder';
import { startRunServers } from '../support/run-servers';
import { BENCHES } from './benches/benches';
import { parseOptions, USAGE } from './options';
import { comparison } from './report/compare';
import { readReport, writeDocuments } from './report/documents';
import { runAll } from './run-all';

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
    const { report, failed } = await runAll(BENCHES, options);
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
