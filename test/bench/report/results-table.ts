import type { Report } from '../result';
import { cellsOf, COLUMNS } from './format';

const TABLE = /(<!-- results -->\n)[^]*?(<!-- end of results -->)/;

/** The newer report, and the older one's results of the benches that the newer one did not run. */
export function mergeReports(before: Report, now: Report): Report {
  const reran = new Set(now.results.map(({ name, backend }) => `${name} ${backend}`));
  const kept = before.results.filter(({ name, backend }) => !reran.has(`${name} ${backend}`));
  const results = [...kept, ...now.results].sort((left, right) => left.name.localeCompare(right.name));
  return { ...now, results };
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
