import { newUuid } from '@sessions/contract';
import { sleep } from '@sessions/runtime';
import { IndexRebuild, indexStatus, RebuildRunsError } from '@sessions/search';
import type { FreshIndex, SearchIndexAdmin } from '@sessions/search';
import { searchDocument } from '../../conformance/search-engine/engine-under-test';
import { searchEngines } from '../../support/backends';
import { Outbox } from '../../../libs/search/src/outbox/outbox';
import type { OutboxEntry } from '../../../libs/search/src/outbox/outbox';
import { storeSession, waiting } from '../search/stored-sessions';
import type { IndexUnderTest } from './index-under-test';
import { openIndex } from './index-under-test';

jest.setTimeout(60_000);

describe.each(searchEngines())('a rebuild of the index of %s', (backend) => {
  let under: IndexUnderTest;
  let projectId: string;

  beforeEach(async () => {
    under = await openIndex(backend);
    projectId = newUuid();
  });

  afterEach(() => under.close());

  const rebuild = (admin: SearchIndexAdmin = under.admin) =>
    new IndexRebuild(under.database, admin, () => undefined).run();

  const status = () => indexStatus(under.database, under.admin, null);

  /** The same admin with a fresh index that behaves otherwise. */
  const withFresh = (change: (fresh: FreshIndex) => Partial<FreshIndex>): SearchIndexAdmin =>
    Object.assign(Object.create(under.admin) as SearchIndexAdmin, {
      openFresh: async () => {
        const fresh = await under.admin.openFresh();
        return { ...fresh, ...change(fresh) };
      },
    });

  async function store(count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let at = 0; at < count; at++) {
      ids.push(await storeSession(under.database, { projectId, name: `word ${at}`, messages: ['steady'] }));
    }
    return ids;
  }

  async function inOrder(sessions: number): Promise<void> {
    await under.indexed();
    expect(await under.check()).toMatchObject({
      counts: { projects: [{ sessions, documents: sessions }], unknown: 0 },
      samples: [],
      foreign: 0,
    });
  }

  it('heals whatever was wrong, of nothing and of much', async () => {
    expect(await rebuild()).toEqual({ indexed: 0, refused: 0 });
    const [lost = ''] = await store(30);
    await under.startIndexer();
    await under.indexed();
    const task = await under.engine.submit(
      [searchDocument({ projectId, name: 'word surplus' })],
      [{ projectId, sessionId: lost }],
    );
    await task.settled();
    expect(await rebuild()).toEqual({ indexed: 30, refused: 0 });
    await inOrder(30);
  });

  it('counts all sessions when its batches end side by side', async () => {
    await store(1500);
    const together = withFresh((fresh) => {
      const tasks: Promise<unknown>[] = [];
      return {
        submit: async (documents, removals) => {
          const task = await fresh.submit(documents, removals);
          tasks.push(task.settled());
          return { settled: async () => (await sleep(500), await Promise.all(tasks), task.settled()) };
        },
      };
    });
    expect(await rebuild(together)).toEqual({ indexed: 1500, refused: 0 });
  });

  it('loses no write and no search that comes while it runs', async () => {
    const stored = await store(300);
    await under.startIndexer();
    await under.indexed();
    let running = true;
    const added: string[] = [];
    const renamed = new Set<string>();
    const writes = (async () => {
      for (let at = 0; running; at++) {
        const sessionId = stored[at % stored.length] ?? '';
        await storeSession(under.database, {
          projectId,
          sessionId,
          name: `renamed ${at}`,
          messages: ['steady'],
        });
        renamed.add(sessionId);
        added.push(await storeSession(under.database, { projectId, name: `added`, messages: ['steady'] }));
      }
    })();
    let searches = 0;
    const searching = (async () => {
      while (running) {
        const [before, changed] = [added.length, renamed.size];
        expect((await under.search(projectId, 'steady')).length).toBeGreaterThanOrEqual(300 + before);
        expect((await under.search(projectId, 'added')).length).toBeGreaterThanOrEqual(before);
        expect((await under.search(projectId, 'renamed')).length).toBeGreaterThanOrEqual(changed);
        searches++;
      }
    })();
    try {
      for (let round = 0; round < 3; round++) await rebuild();
    } finally {
      running = false;
    }
    await Promise.all([writes, searching]);
    expect(Math.min(searches, added.length)).toBeGreaterThan(5);
    await inOrder(300 + added.length);
    expect(await under.search(projectId, 'steady')).toHaveLength(300 + added.length);
  });

  it('brings over what went into the live index after the new one had it', async () => {
    const [first = ''] = await store(5);
    await under.startIndexer();
    await under.indexed();
    const admin = withFresh((fresh) => ({
      submit: async (documents, removals) => {
        const task = await fresh.submit(documents, removals);
        if (documents.length === 5) {
          await task.settled();
          await storeSession(under.database, { projectId, sessionId: first, name: 'late' });
          await under.indexed();
        }
        return task;
      },
    }));
    await rebuild(admin);
    await inOrder(5);
    expect(await under.search(projectId, 'late')).toEqual([first]);
  });

  it('indexes again what was in flight to the old index when it was swapped', async () => {
    const [first = ''] = await store(5);
    const indexer = await under.startIndexer();
    await under.indexed();
    await indexer.stop(1000);
    const admin = withFresh((fresh) => ({
      swap: async () => {
        // An indexer that stalled since before the swap: its row is held, and its batch is in the old index.
        await storeSession(under.database, { projectId, sessionId: first, name: 'late' });
        await under.database.query(`UPDATE search_outbox SET claimed_until = now() + interval '1 minute'`);
        await fresh.swap();
      },
    }));
    await rebuild(admin);
    await under.startIndexer();
    await inOrder(5);
    expect(await under.search(projectId, 'late')).toEqual([first]);
  });

  it('leaves what was in flight to the old index in the outbox, even when it is killed after the swap', async () => {
    await store(1);
    const outbox = new Outbox(under.database);
    let held: OutboxEntry[] = [];
    const dying = withFresh((fresh) => ({
      submit: async (documents, removals) => {
        // The lease ends soon, for which the rebuild waits; whoever holds the row does not know.
        held = await outbox.claim(1, 500);
        return fresh.submit(documents, removals);
      },
      swap: async () => {
        await fresh.swap();
        await outbox.complete(held);
        throw new Error('killed');
      },
    }));
    await expect(rebuild(dying)).rejects.toThrow('killed');
    expect(await waiting(under.database)).toBe(1);
  });

  it('queues what the engine refuses, for the dead letters', async () => {
    const ids = await store(5);
    const admin = withFresh((fresh) => ({
      submit: (documents, removals) =>
        documents.some(({ sessionId }) => sessionId === ids[2])
          ? Promise.resolve({ settled: () => Promise.resolve({ status: 'failed', reason: 'refused' }) })
          : fresh.submit(documents, removals),
    }));
    await under.startIndexer();
    await under.indexed();
    expect(await rebuild(admin)).toEqual({ indexed: 4, refused: 1 });
    await inOrder(5);
  });

  it('is refused while another one runs', async () => {
    await store(1);
    let second: Promise<unknown> | undefined;
    const admin = withFresh((fresh) => ({
      swap: async () => {
        second = rebuild();
        await expect(second).rejects.toThrow(RebuildRunsError);
        expect((await status()).rebuild).toMatchObject({ running: true });
        await fresh.swap();
      },
    }));
    await rebuild(admin);
    expect(second).toBeDefined();
    expect((await status()).rebuild).toBeNull();
    expect(await rebuild()).toEqual({ indexed: 1, refused: 0 });
  });

  it.each(['while it fills', 'before the swap', 'after the swap'])(
    'may be killed %s, and the next one ends what it began',
    async (moment) => {
      const ids = await store(20);
      await under.startIndexer();
      await under.indexed();
      const dying = withFresh((fresh) => ({
        submit: (documents, removals) =>
          moment === 'while it fills'
            ? Promise.reject(new Error('killed'))
            : fresh.submit(documents, removals),
        swap: async () => {
          if (moment === 'after the swap') await fresh.swap();
          throw new Error('killed');
        },
      }));
      await expect(rebuild(dying)).rejects.toThrow('killed');
      expect((await status()).rebuild).toMatchObject({ running: false });
      await storeSession(under.database, { projectId, sessionId: ids[7] ?? '', name: 'late' });
      expect(await under.search(projectId, 'late')).toEqual([ids[7]]);
      await rebuild();
      await inOrder(20);
      expect(await under.search(projectId, 'late')).toEqual([ids[7]]);
    },
  );

  if (backend === 'postgres') {
    it('leaves the tables as the migrations made them', async () => {
      const schema = async () => {
        const { rows } = await under.database.query(
          `SELECT indexdef AS definition FROM pg_indexes WHERE tablename LIKE 'search_%'
           UNION ALL SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
             WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text LIKE 'search_%'
           UNION ALL SELECT attrelid::regclass || ' ' || attname || ' ' || attstorage::text || ' ' || attnotnull
             FROM pg_attribute WHERE attnum > 0 AND attrelid::regclass::text LIKE 'search_%'
           ORDER BY 1`,
        );
        return rows;
      };
      const before = await schema();
      await store(3);
      await rebuild();
      expect(await schema()).toEqual(before);
    });
  }
});
