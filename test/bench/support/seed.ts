import { Client } from 'pg';
import { SEED_CONTACTS, SEED_LINKS, SEED_MESSAGES, SEED_SESSIONS } from './seed-statements';

/** Sessions of one statement: enough to be fast, few enough for the triggers to keep them in memory. */
const STEP = 100_000;

/** The days over which the sessions were created, up to now. */
export const SEEDED_DAYS = 365;

/** Connections that fill the tables and make the indexes, one for each core of a small machine. */
const LANES = 2;

/** Of more sessions the messages are left out: those of ten million would take some minutes and, by estimate, 6 GB more. */
const MOST_WITH_MESSAGES = 1_000_000;

/**
 * Fills a database with sessions of three messages, as if they had come in over a year: 70 % of one project, 20 % and
 * 5 % of two others, the rest of a thousand. Ten million, which are without messages, take some minutes, with indexes
 * made at the end.
 */
export async function seedSessions(databaseUrl: string, projectUuid: string, total: number): Promise<void> {
  const lanes = await Promise.all(Array.from({ length: LANES }, (_, lane) => openLane(databaseUrl, lane)));
  const [client] = lanes as [Client];
  try {
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
       WHERE indrelid IN ('sessions'::regclass, 'session_links'::regclass) AND NOT indisprimary`,
    );
    for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
    // Before their sessions, or all of these would wait for the index.
    await client.query(SEED_CONTACTS, [projectUuid, Math.max(10, total / 200)]);
    const steps = Array.from({ length: Math.ceil(total / STEP) }, (_, step) => step * STEP);
    await onLanes(lanes, steps, (lane, from) =>
      lane.query(SEED_SESSIONS, [projectUuid, from + 1, Math.min(total, from + STEP), total, SEEDED_DAYS]),
    );
    if (total <= MOST_WITH_MESSAGES) await client.query(SEED_MESSAGES);
    await client.query(SEED_LINKS, [Math.max(10, total / 200)]);
    await onLanes(lanes, indexes, (lane, { definition }) => lane.query(definition));
    for (let folded = 1; folded > 0;) {
      const { rows } = await client.query<{ folded: number }>(
        'SELECT fold_session_counts(1000000) AS folded',
      );
      folded = rows[0]?.folded ?? 0;
    }
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await Promise.all(lanes.map((lane) => lane.end()));
  }
}

async function openLane(databaseUrl: string, lane: number): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    `SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'`,
  );
  await client.query('SELECT setseed($1)', [0.42 + lane / 10]);
  return client;
}

/** Does something with every item, those of a lane one after the other; which these are is always the same. */
async function onLanes<Item>(
  lanes: readonly Client[],
  items: readonly Item[],
  work: (lane: Client, item: Item) => Promise<unknown>,
): Promise<void> {
  await Promise.all(
    lanes.map(async (lane, number) => {
      for (const [place, item] of items.entries())
        if (place % lanes.length === number) await work(lane, item);
    }),
  );
}
