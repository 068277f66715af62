import type { ProjectWithKey } from '../../../apps/cli/src/start/first-project';
import { HttpClient } from '../load/exchange';
import type { StoredSession } from './snapshot';

/** What searching for every session came to. */
export interface SearchCheck {
  /** Stored sessions that were found. */
  searchable: number;
  /** What was found and should not have been, or the other way round. */
  findings: string[];
}

/**
 * Searches, through the API, by words that many sessions share in their names, and compares what is found with what
 * is stored, both ways.
 */
export async function checkSearch(
  url: string,
  { projectId, apiKey }: ProjectWithKey,
  words: readonly string[],
  sessions: readonly StoredSession[],
): Promise<SearchCheck> {
  const client = new HttpClient();
  const check: SearchCheck = { searchable: 0, findings: [] };
  try {
    for (const word of words) {
      const query = new URLSearchParams({ projectId, search: word, limit: '1000' });
      const answer = await client.send({
        method: 'GET',
        url: `${url}/api/sessions?${query.toString()}`,
        headers: { authorization: `Bearer ${apiKey}` },
      });
      if (answer.status !== 200) {
        check.findings.push(`A search was answered ${answer.failure ?? `${answer.status}: ${answer.text}`}.`);
        continue;
      }
      const found = new Set(
        (JSON.parse(answer.text) as { sessions: { id: string }[] }).sessions.map(({ id }) => id),
      );
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
