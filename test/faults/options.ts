import { parseArgs } from 'node:util';
import { isInstalled } from '../support/servers';
import { PROFILES } from './cluster/cluster';
import type { Profile } from './cluster/cluster';

/** What a run is to do. */
export interface Options {
  /** What the product runs on, one beside the other. */
  profiles: Profile[];
  /** How often every scenario runs. */
  rounds: number;
  /** Decides what is sent and when things break. */
  seed: number;
  /** Names of scenarios; when empty, those that need not be named. */
  scenarios: string[];
  /** Requests a second. */
  rate: number;
  /** How long what is away "for a while" is away. */
  outageMs: number;
  /** Only one round of the kills, with less patience, for every build. */
  short: boolean;
  /** Shows that the suite finds faults, instead of looking for any. */
  selfCheck: boolean;
}

export const USAGE = `npm run faults -- [options]
  --profile NAME       embedded (default), redis or redis+meilisearch; may be given several times, to run at once
  --rounds N           how often every scenario runs (default 1)
  --seed N             repeats what a run with that seed sent, and its timing (default: random, printed)
  --scenario NAME      only this one; may be given several times
  --rate N             requests a second (default 50; 30 in a short run)
  --outage-seconds N   how long what is away for a while is away (default 10)
  --short              one round of the kills on every profile whose servers are installed, under 90 seconds
  --self-check         shows that lost, doubled, reordered and altered sessions are found`;

/** @throws TypeError that says what is wrong with the arguments */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      profile: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string', default: '1' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 32)) },
      scenario: { type: 'string', multiple: true, default: [] },
      rate: { type: 'string' },
      'outage-seconds': { type: 'string', default: '10' },
      short: { type: 'boolean', default: false },
      'self-check': { type: 'boolean', default: false },
    },
  });
  return {
    profiles: values.profile.length > 0 ? values.profile.map(oneOf) : usualProfiles(values.short),
    rounds: whole('--rounds', values.rounds, 1),
    seed: whole('--seed', values.seed, 0),
    scenarios: values.scenario,
    rate: whole('--rate', values.rate ?? (values.short ? '30' : '50'), 1),
    outageMs: whole('--outage-seconds', values['outage-seconds'], 1) * 1000,
    short: values.short,
    selfCheck: values['self-check'],
  };
}

function usualProfiles(short: boolean): Profile[] {
  if (!short || !isInstalled('redis-server')) return ['embedded'];
  return ['embedded', isInstalled('meilisearch') ? 'redis+meilisearch' : 'redis'];
}

function whole(name: string, text: string, min: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min) return value;
  throw new TypeError(`${name} must be a whole number of at least ${min}, not "${text}".`);
}

function oneOf(name: string): Profile {
  const profile = PROFILES.find((known) => known === name);
  if (profile === undefined) throw new TypeError(`--profile must be ${PROFILES.join(', ')}, not "${name}".`);
  return profile;
}
