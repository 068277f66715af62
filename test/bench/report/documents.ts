import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format } from 'prettier';
import { ROOT } from '../../support/build';
import type { Report } from '../result';
import { mergeReports, withTable } from './results-table';

const PAGE = join(ROOT, 'docs', 'performance.md');
const DATA = join(ROOT, 'docs', 'performance.json');

/** Takes a run's results over into docs/performance.json, beside those of benches that did not run, and the page. */
export async function writeDocuments(report: Report): Promise<void> {
  const before = await readReport(DATA);
  const merged = before === null ? report : mergeReports(before, report);
  await writeFile(DATA, await format(JSON.stringify(merged), { parser: 'json', printWidth: 110 }));
  const page = await readFile(PAGE, 'utf8');
  await writeFile(PAGE, await format(withTable(page, merged), { parser: 'markdown', printWidth: 110 }));
}

/** A report that an earlier run wrote, or null when there is no such file. */
export async function readReport(file: string): Promise<Report | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Report;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
