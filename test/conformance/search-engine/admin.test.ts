import { newUuid } from '@sessions/contract';
import type { IndexScope, SearchDocument, SearchDocumentKey, SearchIndexAdmin } from '@sessions/search';
import { searchEngines } from '../../support/backends';
import type { EngineUnderTest } from './engine-under-test';
import { openEngine, searchDocument } from './engine-under-test';

describe.each(searchEngines())('search by %s: inspection', (backend) => {
  let under: EngineUnderTest;
  let admin: SearchIndexAdmin;
  let projectId: string;

  beforeEach(async () => {
    under = await openEngine(backend);
    admin = under.admin;
    projectId = newUuid();
  });

  afterEach(() => under.close());

  const keyOf = ({ projectId, sessionId }: SearchDocumentKey) => ({ projectId, sessionId });
  const text = ({ projectId, sessionId }: SearchDocumentKey) => `${projectId} ${sessionId}`;
  const documents = (count: number, of = projectId) =>
    Array.from({ length: count }, (_, at) => searchDocument({ projectId: of, name: `word ${at}` }));

  async function walk(scope: IndexScope, limit: number): Promise<SearchDocumentKey[]> {
    const keys: SearchDocumentKey[] = [];
    let from: string | null = null;
    do {
      const page = await admin.page(scope, from, limit);
      expect(page.keys.length).toBeLessThanOrEqual(limit);
      expect(page.foreign).toEqual([]);
      keys.push(...page.keys);
      from = page.next;
    } while (from !== null);
    return keys;
  }

  const sorted = (keys: readonly SearchDocumentKey[]) => keys.map(text).sort();

  it('counts all documents, and those of each project', async () => {
    const [other, none] = [newUuid(), newUuid()];
    await under.index([...documents(3), ...documents(2, other)]);
    expect(await admin.total()).toBe(5);
    expect(await admin.counts([projectId, other, none])).toEqual(
      new Map([
        [projectId, 3],
        [other, 2],
        [none, 0],
      ]),
    );
  });

  it('tells the versions of what is indexed, and of nothing else', async () => {
    const [first, second] = [
      searchDocument({ projectId, version: 'one' }),
      searchDocument({ projectId, version: 'two' }),
    ] as const;
    await under.index([first, second]);
    await under.index([{ ...second, version: 'three' }]);
    expect(await admin.versions([first, second, { projectId, sessionId: newUuid() }])).toEqual(
      new Map([
        [text(first), 'one'],
        [text(second), 'three'],
      ]),
    );
    expect(await admin.versions([])).toEqual(new Map());
  });

  it('tells the versions of a thousand sessions at once', async () => {
    const many = documents(1000);
    await under.index(many);
    const versions = await admin.versions(many);
    expect([versions.size, new Set(versions.values()).size]).toEqual([1000, 1]);
  });

  it('lists the documents of a project in pages, each once', async () => {
    const own = documents(7);
    await under.index([...own, ...documents(3, newUuid())]);
    expect(sorted(await walk({ projectId }, 3))).toEqual(sorted(own));
    expect(sorted(await walk({ projectId }, 7))).toEqual(sorted(own));
    expect(await walk({ projectId: newUuid() }, 3)).toEqual([]);
  });

  it('lists the documents that belong to none of some projects', async () => {
    const others = [...documents(2, newUuid()), ...documents(2, newUuid())];
    await under.index([...documents(3), ...others]);
    expect(sorted(await walk({ notOf: [projectId] }, 3))).toEqual(sorted(others));
    expect(await walk({ notOf: [] }, 100)).toHaveLength(7);
  });

  it('has no task waiting once all have ended', async () => {
    await under.index(documents(1));
    expect([null, { waiting: 0, processing: 0 }]).toContainEqual(await admin.tasks());
    await admin.check();
  });

  describe('a fresh index', () => {
    const fill = async (sink: { submit: typeof under.engine.submit }, filled: SearchDocument[]) => {
      const task = await sink.submit(filled, []);
      expect(await task.settled()).toEqual({ status: 'succeeded' });
    };

    it('is seen by nobody before the swap, and is all there is from then on', async () => {
      const [kept, gone] = [
        searchDocument({ projectId, name: 'word' }),
        searchDocument({ projectId, name: 'word' }),
      ];
      await under.index([kept, gone]);
      const fresh = await admin.openFresh();
      const added = searchDocument({ projectId, name: 'word', messages: ['long words '.repeat(20)] });
      await fill(fresh, [kept, added]);
      expect((await under.search(projectId, 'word')).sessionIds.sort()).toEqual(
        [kept.sessionId, gone.sessionId].sort(),
      );
      await fresh.swap();
      expect((await under.search(projectId, 'word')).sessionIds.sort()).toEqual(
        [kept.sessionId, added.sessionId].sort(),
      );
      expect(await admin.total()).toBe(2);
    });

    it('takes what is submitted to the engine after the swap', async () => {
      await under.index(documents(2));
      const fresh = await admin.openFresh();
      await fresh.swap();
      const later = searchDocument({ projectId, name: 'word later' });
      await under.index([later]);
      await under.index([], [keyOf(later)]);
      expect(await admin.total()).toBe(0);
      await under.index([later]);
      expect(await under.search(projectId, 'word latre')).toEqual({
        sessionIds: [later.sessionId],
        total: 1,
      });
    });

    it('begins anew after one that nobody finished, and may be swapped again', async () => {
      const [first, second] = [documents(1), documents(2)];
      await fill(await admin.openFresh(), first);
      const fresh = await admin.openFresh();
      await fill(fresh, second);
      await fresh.swap();
      expect(sorted(await walk({ projectId }, 10))).toEqual(sorted(second));
      const again = await admin.openFresh();
      await fill(again, first);
      await again.swap();
      expect(sorted(await walk({ projectId }, 10))).toEqual(sorted(first));
    });

    it('lets searches go on while it is swapped in', async () => {
      const kept = searchDocument({ projectId, name: 'word' });
      await under.index([kept]);
      let searching = true;
      const totals = new Set<number>();
      const searches = (async () => {
        while (searching) totals.add((await under.search(projectId, 'word')).total);
      })();
      for (let round = 0; round < 3; round++) {
        const fresh = await admin.openFresh();
        await fill(fresh, [kept]);
        await fresh.swap();
      }
      searching = false;
      await searches;
      expect([...totals]).toEqual([1]);
    });
  });
});
