import { newUuid } from '@sessions/contract';
import type { Database } from '@sessions/runtime';
import { parseQuery } from '../text/query';
import { PendingSearch } from './pending-search';

describe('PendingSearch', () => {
  it('keeps a project whose sessions are being read, so that searches of it share the next read', async () => {
    const asked: unknown[] = [];
    let answerFirst: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answerFirst = resolve));
    const database = {
      query: async (_statement: string, [projectId]: unknown[]) => {
        asked.push(projectId);
        if (asked.length === 1) await held;
        return { rows: [] };
      },
    } as unknown as Database;
    const pending = new PendingSearch(database, 100);
    const search = (projectId: string) =>
      pending.search(projectId, parseQuery('word'), { includeArchived: false });

    const first = search('slow');
    await search('quick');
    const others = [search('slow'), search('slow'), search('slow')];
    answerFirst();
    await Promise.all([first, ...others]);
    expect(asked).toEqual(['slow', 'quick', 'slow']);
  });

  it('reads no more sessions once it has as much text as it looks through', async () => {
    const sessionIds = Array.from({ length: 1000 }, newUuid);
    const listed = (value: string) => sessionIds.map(() => value).join(',');
    const waiting = {
      sessionIds: sessionIds.join(','),
      changes: listed('1'),
      claims: listed('-'),
      count: 1000,
    };
    const reads: string[][] = [];
    const database = {
      query: (_statement: string, [projectIds, ids]: [string[] | string, string[]]) => {
        if (!Array.isArray(projectIds)) return Promise.resolve({ rows: [waiting] });
        reads.push(ids);
        const long = { projectId: 'project', bytes: 100_000, messages: null };
        return Promise.resolve({ rows: ids.map((sessionId) => ({ ...long, sessionId })) });
      },
    } as unknown as Database;
    const { considered } = await new PendingSearch(database, 1000).search('project', parseQuery('word'), {
      includeArchived: false,
    });
    // 16 MiB, and then those of these that are loaded after all.
    expect(considered.sessionIds).toEqual(sessionIds.slice(0, 167));
    expect(reads.map(({ length }) => length)).toEqual([250, 167]);
  });
});
