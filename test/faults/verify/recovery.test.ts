import { encodeId, newUuid } from '@sessions/contract';
import { SessionWriter } from '@sessions/storage';
import { openDatabase } from '../../integration/storage/support';
import type { OwnDatabase } from '../../integration/storage/support';
import { accepted } from '../../support/accepted-session';
import { makeBody } from '../load/bodies';
import { Ledger } from '../load/ledger';
import { Random } from '../../support/random';
import { untilRecovered } from './recovery';

describe('the recovery after a fault', () => {
  let own: OwnDatabase;
  let ledger: Ledger;

  beforeAll(async () => {
    own = await openDatabase(1);
  });
  afterAll(() => own.close());

  beforeEach(async () => {
    const projectId = newUuid();
    const sessions = [accepted({ projectId }), accepted({ projectId })];
    await new SessionWriter(own.database).write(sessions);
    ledger = new Ledger();
    // The first was acknowledged before the fault ended, the second is sent when it has.
    for (const [place, { id }] of sessions.entries()) {
      const word = `write-${place}`;
      const write = ledger.add({ word, kind: 'plain', body: makeBody(new Random(1), word, 'shared', 1) });
      const begun = Date.now() + (place === 0 ? -1000 : 60_000);
      write.attempts.push({ begun, ended: begun, acknowledged: true });
      write.ids.add(encodeId('sess', id));
    }
  });

  it('is over once what was acknowledged is stored', async () => {
    await expect(untilRecovered(ledger, own.url, 'stored', 5000)).resolves.toBeGreaterThan(0);
    await own.database.query('DELETE FROM sessions');
    await expect(untilRecovered(ledger, own.url, 'stored', 300)).rejects.toThrow(
      'After 0.3 s 2 acknowledged sessions are not stored, nor is any new one.',
    );
  });

  it('is over only once that has left the outbox too, where the search engine had failed', async () => {
    await expect(untilRecovered(ledger, own.url, 'indexed', 300)).rejects.toThrow(
      'After 0.3 s 2 acknowledged sessions are not indexed, nor is any new one.',
    );
    await own.database.query('DELETE FROM search_outbox');
    await expect(untilRecovered(ledger, own.url, 'indexed', 5000)).resolves.toBeGreaterThan(0);
  });
});
