import type { Report, Result } from '../result';
import { LARGE, sizeText } from '../sizes';
import { cellsOf, COLUMNS } from './format';

const TABLE = /(<!-- results -->\n)[^]*?(<!-- end of results -->)/;

/**
 * The newer report, and of the older one what the newer one did not measure: benches that it did not run, and figures of
 * ten million of a bench that it ran without `--large`. What else a bench gives no more is gone.
 */
export function mergeReports(before: Report, now: Report): Report {
  const reran = new Set(now.results.map(benchOf));
  const reranLarge = new Set(now.results.filter(isLarge).map(benchOf));
  const kept = before.results.filter((old) => !(isLarge(old) ? reranLarge : reran).has(benchOf(old)));
  const results = [...kept, ...now.results].sort((left, right) => left.name.localeCompare(right.name));
  return { ...now, results };
}

function benchOf({ name, backend }: Result): string {
  return `${name} ${backend}`;
}

/** Whether only `--large` measures it, as its name begins by saying. */
function isLarge({ what }: Result): boolean {
  return what.startsWith(`${sizeText(LARGE)} stored`);
}

/** The page with its table replaced. @throws Error when the page has lost the place for it */
export function withTable(page: string, report: Report): string {
  if (!TABLE.test(page)) throw new Error(`The page lacks the comments that say where its table goes.`);
  return page.replace(
    TABLE,
    (_match, begin: string, end: string) => `${begin}\n${tableOf(report)}\n\n${end}`,
  );
}

function tableOf({ machine, versions, results }: Report): string {
  const servers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const where = `${machine.cpus} × ${machine.cpu}, ${machine.memoryGiB} GiB, ${machine.system}; ${servers.join(', ')}.`;
  const rows = results.map((result) => [...cellsOf(result), `\`${result.commit}\``]);
  const heads = [...COLUMNS, 'Commit'];
  return [
    where,
    '',
    ...[heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n');
}
