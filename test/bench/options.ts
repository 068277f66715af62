import { parseArgs } from 'node:util';
import { BACKENDS } from './bench';
import type { Backend } from './bench';

/** What a run is to do. */
export interface Options {
  /** Names of benches; all when empty. */
  names: string[];
  /** Only to see that every bench runs: one short round of little data. */
  quick: boolean;
  /** With ten million stored too, where lists and creating are measured. */
  large: boolean;
  /** Only this backend; default all. */
  backend: Backend | undefined;
  /** Rounds, and seconds that each side is measured, instead of the usual ones. */
  rounds: number | undefined;
  seconds: number | undefined;
  /** File to write the report to. */
  json: string | undefined;
  /** Report of an earlier run to compare with. */
  compare: string | undefined;
  /** Whether docs/performance.md takes over the results. */
  writeDocs: boolean;
}

export const USAGE = `npm run bench -- [NAME…] [options]
  --quick          one short round of little data on one backend a bench, to see that everything runs
  --large          lists and creating with ten million stored too (25 GB of /tmp, half an hour more)
  --backend NAME   only embedded, redis or meilisearch
  --rounds N       instead of 5, or 3 of what takes a minute and more (1 with --quick)
  --seconds N      that each side is measured, instead of 5 (1 with --quick)
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
      large: { type: 'boolean', default: false },
      backend: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
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
  const { quick, large, json, compare, 'write-docs': writeDocs } = values;
  const backend = BACKENDS.find((name) => name === values.backend);
  if (backend === undefined && values.backend !== undefined) {
    throw new TypeError(`--backend must be ${BACKENDS.join(', ')}, not "${values.backend}".`);
  }
  const [rounds, seconds] = [whole('--rounds', values.rounds), whole('--seconds', values.seconds)];
  return { names: positionals, quick, large, backend, rounds, seconds, json, compare, writeDocs };
}

function whole(name: string, text: string | undefined): number | undefined {
  if (text === undefined || /^[1-9]\d{0,3}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new TypeError(`${name} must be a whole number from 1 to 9999, not "${text}".`);
}
