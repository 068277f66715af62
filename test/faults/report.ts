/** What a scenario came to. */
export interface Result {
  profile: string;
  scenario: string;
  round: number;
  attempted: number;
  acknowledged: number;
  stored: number;
  searchable: number;
  lost: number;
  doubled: number;
  outOfOrder: number;
  wrong: number;
  /** Seconds to recover; null when it did not. */
  recovered: number | null;
  /** Facts worth knowing, such as how many requests were refused. */
  remarks: string[];
  /** Why the scenario failed; none when it passed. */
  problems: string[];
}

/** A scenario that could not be run to its end, as when a server did not come back to be compared with. */
export function brokenOff(profile: string, scenario: string, round: number, error: unknown): Result {
  const counts = {
    attempted: 0,
    acknowledged: 0,
    stored: 0,
    searchable: 0,
    lost: 0,
    doubled: 0,
    outOfOrder: 0,
  };
  const problems = [`It was broken off: ${error instanceof Error ? error.message : String(error)}`];
  return { profile, scenario, round, ...counts, wrong: 0, recovered: null, remarks: [], problems };
}

const COLUMNS = [
  { head: 'profile', width: 17, of: ({ profile }: Result) => profile },
  { head: 'scenario', width: 17, of: (result: Result) => result.scenario },
  { head: 'round', width: 5, of: ({ round }: Result) => String(round) },
  { head: 'attempted', width: 9, of: ({ attempted }: Result) => String(attempted) },
  { head: 'acknowledged', width: 12, of: ({ acknowledged }: Result) => String(acknowledged) },
  { head: 'stored', width: 6, of: ({ stored }: Result) => String(stored) },
  { head: 'searchable', width: 10, of: ({ searchable }: Result) => String(searchable) },
  { head: 'lost', width: 4, of: ({ lost }: Result) => String(lost) },
  { head: 'doubled', width: 7, of: ({ doubled }: Result) => String(doubled) },
  { head: 'out of order', width: 12, of: ({ outOfOrder }: Result) => String(outOfOrder) },
  { head: 'wrong', width: 5, of: ({ wrong }: Result) => String(wrong) },
  {
    head: 'recovery',
    width: 8,
    of: ({ recovered }: Result) => (recovered === null ? 'none' : `${recovered.toFixed(1)} s`),
  },
] as const;

/** How many problems of one scenario are printed; the first ones tell the story. */
const PRINTED_PROBLEMS = 4;

/** The line above all others. */
export function headLine(): string {
  return COLUMNS.map(({ head, width }, place) =>
    place < 2 ? head.padEnd(width) : head.padStart(width),
  ).join('  ');
}

/** One line a scenario, and one for each of its problems below it. */
export function resultLines(result: Result): string[] {
  const cells = COLUMNS.map(({ width, of }, place) =>
    place < 2 ? of(result).padEnd(width) : of(result).padStart(width),
  );
  const verdict = result.problems.length === 0 ? 'ok' : 'FAILED';
  const hidden = result.problems.length - PRINTED_PROBLEMS;
  return [
    `${cells.join('  ')}  ${[verdict, ...result.remarks].join('; ')}`,
    ...result.problems.slice(0, PRINTED_PROBLEMS).map((problem) => `    ${problem}`),
    ...(hidden > 0 ? [`    … and ${hidden} more`] : []),
  ];
}

/** The rounds of each scenario added up, as rows of a Markdown table. */
export function summary(results: readonly Result[]): string[] {
  const names = [...new Set(results.map(({ scenario }) => scenario))];
  return [
    '| scenario | rounds | attempted | acknowledged | lost | doubled | out of order | wrong | recovery, median and longest |',
    '|---|---|---|---|---|---|---|---|---|',
    ...names.map((name) => {
      const rounds = results.filter(({ scenario }) => scenario === name);
      const sum = (value: (result: Result) => number): number =>
        rounds.reduce((total, result) => total + value(result), 0);
      const recoveries = rounds.map(({ recovered }) => recovered ?? Infinity).sort((a, b) => a - b);
      const median = recoveries[Math.floor((recoveries.length - 1) / 2)] ?? Infinity;
      const longest = recoveries.at(-1) ?? Infinity;
      return `| ${[
        name,
        rounds.length,
        sum(({ attempted }) => attempted),
        sum(({ acknowledged }) => acknowledged),
        sum(({ lost }) => lost),
        sum(({ doubled }) => doubled),
        sum(({ outOfOrder }) => outOfOrder),
        sum(({ wrong }) => wrong),
        `${median.toFixed(1)} s, ${longest.toFixed(1)} s`,
      ].join(' | ')} |`;
    }),
  ];
}
