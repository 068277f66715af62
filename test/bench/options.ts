import { parseArgs } from 'node:util';

/** What a run is to do. */
export interface Options {
  /** Names of benches; all when empty. */
  names: string[];
  /** Only to see that every bench runs: one short round of little data. */
  quick: boolean;
  /** File to write the report to. */
  json: string | undefined;
  /** Report of an earlier run to compare with. */
  compare: string | undefined;
  /** Whether docs/performance.md takes over the results. */
  writeDocs: boolean;
}

export const USAGE = `npm run bench -- [NAME…] [options]
  --quick          one short round of little data, to see that everything runs
  --json FILE      writes the report as JSON
  --compare FILE   says what moved against such a report
  --write-docs     takes the results over into docs/performance.md`;

/** @throws TypeError that says what is wrong with the arguments */
export function parseOptions(args: readonly string[], known: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'string' },
      compare: { type: 'string' },
      'write-docs': { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new TypeError(`There is no bench "${unknown}"; there are ${known.join(', ')}.`);
  }
  if (values.quick && values['write-docs']) {
    throw new TypeError('--write-docs needs a full run: what --quick measures is only a sign of life.');
  }
  const { quick, json, compare, 'write-docs': writeDocs } = values;
  return { names: positionals, quick, json, compare, writeDocs };
}
