import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { newUuid } from '@sessions/contract';
import { createDataSource, databaseOf, sleep } from '@sessions/runtime';
import {
  MeilisearchAdmin,
  MeilisearchEngine,
  parseQuery,
  PostgresEngine,
  SearchAwayError,
} from '@sessions/search';
import { Meilisearch } from 'meilisearch';
import { freePort } from '../../../apps/cli/src/start/embedded-postgres';
import { meilisearchOptions, searchDocument } from '../../conformance/search-engine/engine-under-test';
import { createEmptyDatabase, searchEngines } from '../../support/backends';
import { dropIndex } from '../../support/clean-up';

const query = {
  projectId: newUuid(),
  query: parseQuery('word'),
  filters: { includeArchived: false },
  limit: 10,
  offset: 0,
};

describe('the Postgres engine', () => {
  it('says that the migrations are missing', async () => {
    const empty = await createEmptyDatabase();
    const dataSource = await createDataSource(empty.url).initialize();
    await expect(new PostgresEngine(databaseOf(dataSource)).prepare()).rejects.toThrow('run the migrations');
    await dataSource.destroy();
    await empty.drop();
  });
});

if (searchEngines().includes('meilisearch')) {
  describe('the Meilisearch engine', () => {
    const indexes: string[] = [];
    const newIndex = () => {
      const index = `test_${randomBytes(8).toString('hex')}`;
      indexes.push(index);
      return index;
    };

    afterAll(async () => {
      for (const index of indexes) {
        const { url, apiKey } = meilisearchOptions(index);
        await dropIndex(url, apiKey ?? '', index);
      }
    });

    it('finds nothing while its index does not exist', async () => {
      const engine = new MeilisearchEngine(meilisearchOptions(newIndex()));
      expect(await engine.search(query)).toEqual({ sessionIds: [], total: 0 });
      await engine.close();
    });

    it('says that it is away while its index has no settings', async () => {
      const options = meilisearchOptions(newIndex());
      const client = new Meilisearch({ host: options.url, apiKey: options.apiKey ?? '' });
      await client.createIndex(options.index).waitTask();
      const engine = new MeilisearchEngine(options);
      await expect(engine.search(query)).rejects.toThrow(SearchAwayError);
      const except = { sessionIds: [newUuid()], claims: ['1'], maybeIndexed: [] };
      await expect(engine.search({ ...query, except })).rejects.toThrow(SearchAwayError);
      await engine.close();
    });

    it('is searched while an index is filled that is to be its first', async () => {
      const options = meilisearchOptions(newIndex());
      const [engine, admin] = [new MeilisearchEngine(options), new MeilisearchAdmin(options)];
      const fresh = await admin.openFresh();
      expect(await engine.search(query)).toEqual({ sessionIds: [], total: 0 });
      await fresh.swap();
      expect(await engine.search(query)).toEqual({ sessionIds: [], total: 0 });
      await admin.close();
      await engine.close();
    });

    it('is prepared by several processes at once', async () => {
      const options = meilisearchOptions(newIndex());
      const engines = [1, 2, 3].map(() => new MeilisearchEngine(options));
      await Promise.all(engines.map((engine) => engine.prepare()));
      await Promise.all(engines.map((engine) => engine.close()));
    });

    it('heals an index that a batch has created by itself', async () => {
      const engine = new MeilisearchEngine(meilisearchOptions(newIndex()));
      const document = searchDocument({ projectId: query.projectId, messages: ['word'] });
      const settled = async () => (await engine.submit([document], [])).settled();
      await expect(settled()).rejects.toThrow('primary key');
      expect(await engine.isPrepared()).toBe(false);
      await engine.prepare();
      expect(await engine.isPrepared()).toBe(true);
      expect(await settled()).toEqual({ status: 'succeeded' });
      expect(await engine.search(query)).toEqual({ sessionIds: [document.sessionId], total: 1 });
      await engine.close();
    });

    it('sends its settings only when they differ', async () => {
      const options = meilisearchOptions(newIndex());
      const client = new Meilisearch({ host: options.url, apiKey: options.apiKey ?? '' });
      const settingsTasks = async () =>
        (await client.tasks.getTasks({ indexUids: [options.index], types: ['settingsUpdate'] })).total;
      const engine = new MeilisearchEngine(options);
      await engine.prepare();
      await engine.prepare();
      expect(await settingsTasks()).toBe(1);
      await client.index(options.index).updateFacetSearch(true).waitTask();
      await engine.prepare();
      expect(await settingsTasks()).toBe(3);
      await engine.close();
    });

    it('lets more hits be counted in an index that an older worker has set up and filled', async () => {
      const options = meilisearchOptions(newIndex());
      const engine = new MeilisearchEngine(options);
      await engine.prepare();
      const client = new Meilisearch({ host: options.url, apiKey: options.apiKey ?? '' });
      const index = client.index(options.index);
      await index.updatePagination({ maxTotalHits: 10_000 }).waitTask();
      const stored = searchDocument({ projectId: query.projectId, messages: ['word'] });
      await (await engine.submit([stored], [])).settled();
      const sessionIds = Array.from({ length: 300 }, newUuid);
      const except = { sessionIds, claims: [], maybeIndexed: sessionIds };
      const found = { sessionIds: [stored.sessionId], total: 1 };
      expect(await engine.search({ ...query, except })).toEqual(found);
      expect(await engine.isPrepared()).toBe(false);
      await engine.prepare();
      expect(await index.getPagination()).toEqual({ maxTotalHits: 20_000 });
      expect(await engine.search({ ...query, except })).toEqual(found);
      await engine.close();
    });

    it('leaves out waiting sessions by their ids while an older worker has set the index up', async () => {
      const options = meilisearchOptions(newIndex());
      const engine = new MeilisearchEngine(options);
      await engine.prepare();
      const client = new Meilisearch({ host: options.url, apiKey: options.apiKey ?? '' });
      const filterableAttributes = ['id', 'projectId', 'isArchived'];
      await client.index(options.index).updateFilterableAttributes(filterableAttributes).waitTask();
      const [waiting, other] = [1, 2].map(() =>
        searchDocument({ projectId: query.projectId, messages: ['word'] }),
      );
      if (!waiting || !other) throw new Error('There are two.');
      await (await engine.submit([waiting, other], [], '1')).settled();
      const except = { sessionIds: [waiting.sessionId], claims: ['1'], maybeIndexed: [] };
      const found = { sessionIds: [other.sessionId], total: 1 };
      expect(await engine.search({ ...query, except })).toEqual(found);
      await engine.close();
    });

    it('says that it is away when nothing listens, to searches, batches and checks', async () => {
      const port = await freePort();
      const engine = new MeilisearchEngine({ url: `http://127.0.0.1:${port}`, index: 'sessions' });
      await expect(engine.search(query)).rejects.toThrow(SearchAwayError);
      await expect(engine.submit([searchDocument({ projectId: newUuid() })], [])).rejects.toThrow();
      await expect(engine.prepare()).rejects.toThrow();
      await expect(engine.check()).rejects.toThrow('does not answer');
      await engine.close();
    });

    it('says to searches within some seconds that it is away when it takes requests and answers none', async () => {
      const held: Socket[] = [];
      const server = createServer((socket) => held.push(socket));
      const engine = new MeilisearchEngine({
        url: `http://127.0.0.1:${await listen(server)}`,
        index: 'sessions',
      });
      const since = Date.now();
      await expect(engine.search(query)).rejects.toThrow(SearchAwayError);
      expect(Date.now() - since).toBeLessThan(8000);
      await engine.close();
      for (const socket of held) socket.destroy();
      server.close();
    }, 40_000);

    it('says so when its key is refused, which the server calls healthy', async () => {
      const engine = new MeilisearchEngine({ ...meilisearchOptions(newIndex()), apiKey: 'wrong' });
      await expect(engine.check()).rejects.toThrow('MEILI_API_KEY');
      await expect(engine.search(query)).rejects.toThrow(SearchAwayError);
      await engine.close();
    });

    it('serves before there is an index', async () => {
      const engine = new MeilisearchEngine(meilisearchOptions(newIndex()));
      await expect(engine.check()).resolves.toBeUndefined();
      await engine.close();
    });

    it('does not call a document refused of which the server fails without saying why', async () => {
      const engine = new MeilisearchEngine(meilisearchOptions(newIndex()));
      await engine.prepare();
      const half = searchDocument({ projectId: newUuid(), version: '\ud800' });
      const task = await engine.submit([half], []);
      expect(await task.settled()).toMatchObject({ status: 'failed', mayPass: true });
      await engine.close();
    });

    it('tells whoever waits for a task that somebody deleted', async () => {
      const options = meilisearchOptions(newIndex());
      const client = new Meilisearch({ host: options.url, apiKey: options.apiKey ?? '' });
      const engine = new MeilisearchEngine(options);
      await engine.prepare();
      const documents = () => [searchDocument({ projectId: newUuid() })];
      const forgotten = await engine.submit(documents(), []);
      const indexUids = [options.index];
      const added = {
        indexUids,
        types: ['documentAdditionOrUpdate' as const],
        statuses: ['succeeded' as const],
      };
      while ((await client.tasks.getTasks(added)).total === 0) await sleep(20);
      await client.tasks.deleteTasks({ indexUids }).waitTask();
      const kept = await engine.submit(documents(), []);
      const outcomes = await Promise.allSettled([forgotten.settled(), kept.settled()]);
      expect(outcomes).toMatchObject([
        { status: 'rejected', reason: { message: expect.stringContaining('no longer knows') as string } },
        { status: 'fulfilled', value: { status: 'succeeded' } },
      ]);
      await engine.close();
    });

    it('tells whoever waits for a task when it is closed', async () => {
      const engine = new MeilisearchEngine(meilisearchOptions(newIndex()));
      await engine.prepare();
      const task = await engine.submit([searchDocument({ projectId: newUuid() })], []);
      const settled = task.settled();
      await engine.close();
      await expect(settled).rejects.toThrow('closed');
    });
  });
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
