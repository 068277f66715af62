import { decodeId } from '@sessions/contract';
import { isAcknowledged } from '../load/ledger';
import type { Ledger } from '../load/ledger';
import { sleep } from '../time';
import { withClient } from './snapshot';

const LOOK_EVERY_MS = 200;

/**
 * Waits until everything that was acknowledged so far is stored, and a write that began after now too, which shows
 * that the product accepts and stores again. Resolves with the seconds that took.
 *
 * @throws Error when it takes longer than allowed
 */
export async function untilRecovered(ledger: Ledger, databaseUrl: string, withinMs: number): Promise<number> {
  const healed = Date.now();
  const waiting = new Set(ledger.acknowledged().flatMap(({ ids }) => [...ids]));
  let sawNew = false;
  while (waiting.size > 0 || !sawNew) {
    if (Date.now() - healed > withinMs)
      throw new Error(
        `After ${withinMs / 1000} s ${waiting.size} acknowledged sessions are not stored` +
          (sawNew ? '.' : ', nor is any new one.'),
      );
    await sleep(LOOK_EVERY_MS);
    const fresh = idsBegunAfter(ledger, healed);
    try {
      const stored = await storedOf(databaseUrl, [...waiting, ...fresh]);
      for (const id of stored) waiting.delete(id);
      sawNew ||= fresh.some((id) => stored.has(id));
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

async function storedOf(databaseUrl: string, ids: readonly string[]): Promise<Set<string>> {
  const byUuid = new Map(ids.map((id) => [decodeId('sess', id), id]));
  return withClient(databaseUrl, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'SELECT id FROM sessions WHERE id = ANY($1::uuid[])',
      [[...byUuid.keys()]],
    );
    return new Set(rows.map(({ id }) => byUuid.get(id) ?? id));
  });
}
