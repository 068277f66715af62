import { newUuid } from '@sessions/contract';
import { Meilisearch } from 'meilisearch';
import { meilisearchOptions } from '../../conformance/search-engine/engine-under-test';
import { searchEngines } from '../../support/backends';
import { openIndex } from '../index-truth/index-under-test';
import type { IndexUnderTest } from '../index-truth/index-under-test';
import { storeSession } from './stored-sessions';

if (searchEngines().includes('meilisearch')) {
  describe('an index that somebody deletes while a worker runs', () => {
    let under: IndexUnderTest;

    beforeEach(async () => {
      under = await openIndex('meilisearch');
    });

    afterEach(() => under.close());

    it('is made anew and given what is stored from then on, and no session is called refused', async () => {
      const projectId = newUuid();
      const store = () => storeSession(under.database, { projectId, messages: ['word'] });
      await store();
      await under.startIndexer();
      await under.indexed();
      const { url, apiKey = '' } = meilisearchOptions(under.index);
      const deleted = await new Meilisearch({ host: url, apiKey }).deleteIndex(under.index).waitTask();
      expect(deleted.status).toBe('succeeded');
      const stored = [await store(), await store(), await store()];
      await under.indexed();
      expect((await under.search(projectId, 'word')).sort()).toEqual(stored.sort());
      expect((await under.database.query('SELECT FROM dead_letters')).rowCount).toBe(0);
    });
  });
}
