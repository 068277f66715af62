import type { SearchDocument } from '../search-engine';
import { pendingSession } from './pending-session';

describe('pendingSession', () => {
  it('counts its text in bytes, as those of sessions that have yet to be loaded are counted', async () => {
    const document = { name: 'é', description: null, messages: ['日本', 'ok'] } as unknown as SearchDocument;
    expect(await pendingSession('1', document)).toMatchObject({ change: '1', bytes: 2 + 6 + 2 });
  });
});
