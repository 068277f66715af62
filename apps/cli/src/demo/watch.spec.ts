import type { DemoApi } from './demo-api';
import { Watch } from './watch';

/** An API that has stored, and made searchable, what the counts say. */
function apiWith(counts: { persisted: number; searchable: number }): DemoApi {
  const list = (query: Record<string, string>) =>
    Promise.resolve({ sessions: [], total: 'search' in query ? counts.searchable : counts.persisted });
  return { list } as unknown as DemoApi;
}

describe('Watch', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('waits until the last session is searchable, and tells the lag of each stage', async () => {
    const counts = { persisted: 2, searchable: 0 };
    const watch = new Watch(apiWith(counts), 'demo42', 2);
    watch.accepted();
    watch.accepted();
    setTimeout(() => (counts.searchable = 2), 400);
    const ended = watch.untilAllThere(5000, new AbortController().signal, () => {});
    await jest.advanceTimersByTimeAsync(600);
    await ended;
    const [accepted, persisted, searchable] = watch.summary();
    expect(accepted).toMatch(/^Accepted {4}2 of 2 in /);
    expect(persisted).toMatch(/^Persisted {3}2 of 2, about 0\.0 s .*, the last after 0\.[23] s$/);
    expect(searchable).toMatch(/^Searchable {2}2 of 2, about 0\.\d s .*, the last after 0\.[56] s$/);
  });

  it('looks again for what was stored between its look at the list and its search', async () => {
    const counts = { persisted: 1, searchable: 2 };
    const watch = new Watch(apiWith(counts), 'demo42', 2);
    const ended = watch.untilAllThere(5000, new AbortController().signal, () => {});
    setTimeout(() => (counts.persisted = 2), 400);
    await jest.advanceTimersByTimeAsync(600);
    await ended;
    expect(watch.summary()[1]).toMatch(/^Persisted {3}2 of 2, /);
  });

  it('gives up when nothing more becomes searchable, and says how far it came', async () => {
    const watch = new Watch(apiWith({ persisted: 2, searchable: 1 }), 'demo42', 2);
    const ended = watch.untilAllThere(300, new AbortController().signal, () => {});
    await jest.advanceTimersByTimeAsync(1000);
    await ended;
    expect(watch.summary()[2]).toBe('Searchable  1 of 2 so far');
  });
});
