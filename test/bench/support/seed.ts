import { Client } from 'pg';
import { SEED_CONTACTS, SEED_LINKS, SEED_SESSIONS } from './seed-statements';

/** Sessions of one statement: enough to be fast, few enough for the triggers to keep them in memory. */
const STEP = 100_000;

/** The days over which the sessions were created, up to now. */
export const SEEDED_DAYS = 365;

/**
 * Fills a database with sessions without messages, as if they had come in over a year: 70 % of one project, 20 % and
 * 5 % of two others, the rest of a thousand. Ten million take some minutes, with indexes made at the end.
 */
export async function seedSessions(databaseUrl: string, projectUuid: string, total: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; SET work_mem = '256MB'`,
    );
    await client.query('SELECT setseed(0.42)');
    const { rows: indexes } = await client.query<{ name: string; definition: string }>(
      `SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS definition FROM pg_index
       WHERE indrelid IN ('sessions'::regclass, 'session_links'::regclass) AND NOT indisprimary`,
    );
    for (const { name } of indexes) await client.query(`DROP INDEX ${name}`);
    for (let from = 0; from < total; from += STEP) {
      const to = Math.min(total, from + STEP);
      await client.query(SEED_SESSIONS, [projectUuid, from + 1, to, total, SEEDED_DAYS]);
    }
    await client.query(SEED_LINKS, [Math.max(10, total / 200)]);
    await client.query(SEED_CONTACTS, [projectUuid, Math.max(10, total / 200)]);
    for (const { definition } of indexes) await client.query(definition);
    for (let folded = 1; folded > 0;) {
      const { rows } = await client.query<{ folded: number }>(
        'SELECT fold_session_counts(1000000) AS folded',
      );
      folded = rows[0]?.folded ?? 0;
    }
    await client.query('VACUUM ANALYZE');
    await client.query('CHECKPOINT');
  } finally {
    await client.end();
  }
}
