import { decodeId } from '@sessions/contract';
import { sleep } from '@sessions/runtime';
import { isAcknowledged } from '../load/ledger';
import type { Ledger } from '../load/ledger';
import { withClient } from './snapshot';

const LOOK_EVERY_MS = 200;

/** How far a session must have come: into the database, or out of the outbox too, which it leaves once it is indexed. */
export type Recovered = 'stored' | 'indexed';

const RECOVERED: Record<Recovered, string> = {
  stored: 'SELECT id FROM sessions WHERE id = ANY($1::uuid[])',
  indexed: `SELECT id FROM sessions WHERE id = ANY($1::uuid[]) AND NOT EXISTS (SELECT FROM search_outbox AS entry
    WHERE entry.project_id = sessions.project_id AND entry.session_id = sessions.id)`,
};

/**
 * Waits until everything that was acknowledged so far is stored, or indexed too, and a write that began after now as
 * well, which shows that the product does so again. Resolves with the seconds that took.
 *
 * @throws Error when it takes longer than allowed
 */
export async function untilRecovered(
  ledger: Ledger,
  databaseUrl: string,
  wanted: Recovered,
  withinMs: number,
): Promise<number> {
  const healed = Date.now();
  const waiting = new Set(ledger.acknowledged().flatMap(({ ids }) => [...ids]));
  let sawNew = false;
  while (waiting.size > 0 || !sawNew) {
    if (Date.now() - healed > withinMs)
      throw new Error(
        `After ${withinMs / 1000} s ${waiting.size} acknowledged sessions are not ${wanted}` +
          (sawNew ? '.' : ', nor is any new one.'),
      );
    await sleep(LOOK_EVERY_MS);
    const fresh = idsBegunAfter(ledger, healed);
    try {
      const recovered = await recoveredOf(databaseUrl, wanted, [...waiting, ...fresh]);
      for (const id of recovered) waiting.delete(id);
      sawNew ||= fresh.some((id) => recovered.has(id));
    } catch (error) {
      // The database itself may be what recovers; how long that takes is what is measured.
      if (Date.now() - healed > withinMs) throw error;
    }
  }
  return (Date.now() - healed) / 1000;
}

function idsBegunAfter(ledger: Ledger, time: number): string[] {
  return [...ledger.writes.values()]
    .filter((write) => isAcknowledged(write) && (write.attempts[0]?.begun ?? 0) > time)
    .flatMap(({ ids }) => [...ids])
    .slice(0, 50);
}

async function recoveredOf(
  databaseUrl: string,
  wanted: Recovered,
  ids: readonly string[],
): Promise<Set<string>> {
  const byUuid = new Map(ids.map((id) => [decodeId('sess', id), id]));
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(RECOVERED[wanted], [[...byUuid.keys()]]);
    return new Set(rows.map(({ id }) => byUuid.get(id) ?? id));
  });
}
