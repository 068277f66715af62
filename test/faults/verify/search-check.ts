import type { ProjectWithKey } from '../../../apps/cli/src/start/first-project';
import { HttpClient } from '../load/exchange';
import type { StoredSession } from './snapshot';

/** What searching for every session, and counting them, came to. */
export interface SearchCheck {
  /** Stored sessions that were found. */
  searchable: number;
  /** What was found and should not have been, or the other way round. */
  findings: string[];
}

/**
 * Searches, through the API, by words that many sessions share in their names, and compares what is found with what
 * is stored, both ways; and the totals of the list and of the stats with how many there are.
 */
export async function checkSearch(
  url: string,
  { projectId, apiKey }: ProjectWithKey,
  words: readonly string[],
  sessions: readonly StoredSession[],
): Promise<SearchCheck> {
  const client = new HttpClient();
  const check: SearchCheck = { searchable: 0, findings: [] };
  const ask = async <Answer>(parameters: Record<string, string>): Promise<Answer | undefined> => {
    const answer = await client.send({
      method: 'GET',
      url: `${url}/api/sessions?${new URLSearchParams({ projectId, ...parameters }).toString()}`,
      headers: { authorization: `Bearer ${apiKey}` },
    });
    if (answer.status === 200) return JSON.parse(answer.text) as Answer;
    check.findings.push(`A read was answered ${answer.failure ?? `${answer.status}: ${answer.text}`}.`);
    return undefined;
  };
  try {
    const list = await ask<{ total: number }>({ limit: '1' });
    const counted = await ask<{ stats: { total: number } }>({ stats: 'true' });
    for (const total of [list?.total, counted?.stats.total]) {
      if (total !== undefined && total !== sessions.length)
        check.findings.push(`${sessions.length} sessions are stored, and ${total} counted`);
    }
    for (const word of words) {
      const answer = await ask<{ sessions: { id: string }[] }>({ search: word, limit: '1000' });
      if (answer === undefined) continue;
      const found = new Set(answer.sessions.map(({ id }) => id));
      const expected = sessions.filter(({ name }) => name?.includes(word)).map(({ id }) => id);
      const hits = expected.filter((id) => found.delete(id)).length;
      check.searchable += hits;
      if (hits < expected.length)
        check.findings.push(`not searchable: ${expected.length - hits} of the sessions named "${word}"`);
      if (found.size > 0) check.findings.push(`the search for "${word}" finds ${[...found].join(', ')}`);
    }
  } finally {
    client.close();
  }
  return check;
}
