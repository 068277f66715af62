import { newUuid } from '@sessions/contract';
import { Client } from 'pg';
import { until } from '../support/until';
import type { Corpus } from './corpus';

const AT_A_TIME = 5000;
const POLL_MS = 20;

const STORE_SESSIONS = `INSERT INTO sessions (project_id, id, name, status, source, session_type, user_metadata, custom_fields,
    tags, linked_entities, message_count, last_activity_at, created_at, updated_at, version)
  SELECT $1, id, name, 'active', 'api', 'chat', '{}', '{}', '{}', '{}', 3, at, at, at, 1
  FROM (SELECT id, name, now() - random() * interval '90 days' AS at FROM unnest($2::uuid[], $3::text[]) AS new (id, name)) AS new`;

const STORE_MESSAGES = `INSERT INTO session_messages (project_id, session_id, position, role, sender_type, content, created_at)
  SELECT $1, session_id, position, 'user', 'user', content, now()
  FROM unnest($2::uuid[], $3::int[], $4::text[]) AS new (session_id, position, content)`;

const QUEUE = 'INSERT INTO search_outbox (project_id, session_id) SELECT $1, unnest($2::uuid[])';

/** Whether none wait. Looks at the newest, which goes last: looking for any would read all that have gone, again and again. */
const LAST_WAITING = `SELECT (SELECT change FROM search_outbox ORDER BY project_id DESC, change DESC LIMIT 1) IS NULL AS reached`;

/** Sessions with words to search for, written by SQL beside the product, and what is left of them in the outbox. */
export class SearchableSessions {
  private stored = 0;

  private constructor(
    readonly client: Client,
    private readonly projectUuid: string,
    private readonly corpus: Corpus,
  ) {}

  static async open(databaseUrl: string, projectUuid: string, corpus: Corpus): Promise<SearchableSessions> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    return new SearchableSessions(client, projectUuid, corpus);
  }

  /** Stores so many, not yet in the outbox; gives their ids. */
  async store(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let left = count; left > 0; left -= AT_A_TIME) {
      const sessions = Array.from({ length: Math.min(left, AT_A_TIME) }, () => ({
        id: newUuid(),
        ...this.corpus.session(++this.stored),
      }));
      const messages = sessions.flatMap(({ id, messages: texts }) =>
        texts.map((text, position) => ({ id, position, text })),
      );
      await this.client.query(STORE_SESSIONS, [
        this.projectUuid,
        sessions.map(({ id }) => id),
        sessions.map(({ name }) => name),
      ]);
      await this.client.query(STORE_MESSAGES, [
        this.projectUuid,
        messages.map(({ id }) => id),
        messages.map(({ position }) => position),
        messages.map(({ text }) => text),
      ]);
      ids.push(...sessions.map(({ id }) => id));
    }
    return ids;
  }

  /** Has the product index them. */
  async queue(ids: readonly string[]): Promise<void> {
    await this.client.query(QUEUE, [this.projectUuid, ids]);
  }

  /** Resolves once a worker has taken some, with `performance.now()` of that moment. */
  async taken(): Promise<number> {
    await this.until('SELECT EXISTS (SELECT FROM search_outbox WHERE claimed_until IS NOT NULL) AS reached');
    return performance.now();
  }

  /** Resolves once all are indexed, with `performance.now()` of that moment. */
  async indexed(): Promise<number> {
    await this.until(LAST_WAITING);
    return performance.now();
  }

  private async until(query: string): Promise<void> {
    await until(async () => {
      const { rows } = await this.client.query<{ reached: boolean }>(query);
      return rows[0]?.reached === true;
    }, POLL_MS);
  }

  close(): Promise<void> {
    return this.client.end();
  }
}
