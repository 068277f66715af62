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
});
