import type { Cluster } from '../cluster/cluster';
import type { Load } from '../load/load';
import type { Random } from '../../support/random';

/** What a scenario works with. */
export interface Stage {
  readonly cluster: Cluster;
  readonly load: Load;
  readonly random: Random;
  /** How long something that is to be away "for a while" is away. */
  readonly outageMs: number;
}

/** One way to break things, under load. */
export interface Scenario {
  /** For `--scenario` and the line that it prints. */
  readonly name: string;
  /** Whether it needs a server that not every profile has. */
  readonly needs?: 'redis' | 'meilisearch';
  /** Whether a short run has it. */
  readonly short?: true;
  /** Whether it runs only when it is named, since its verdict is on speed, for which the machine must be quiet. */
  readonly onlyNamed?: true;
  /** Whether no request may go unanswered or be refused, however the product is treated. */
  readonly noRequestFails?: true;
  /** Whether requests must be refused, 95 of 100 within a second of being sent. */
  readonly refuses?: true;
  /** Makes the product ready before the load begins, where it needs other settings than usual. */
  prepare?(stage: Stage): Promise<void>;
  /** Breaks things and mends them again. Recovery is measured from its end. May return a remark for the line. */
  strike(stage: Stage): Promise<string | void>;
  /** Puts back what the scenario changed, once the load has ended. */
  restore?(stage: Stage): Promise<void>;
}
