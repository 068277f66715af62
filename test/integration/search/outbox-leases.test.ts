import { Outbox } from '@sessions/search';
import { eventually } from '../../support/eventually';
import { useIndexers } from './indexer-suite';

describe('the outbox indexer, which holds its rows for a time', () => {
  const given = useIndexers();

  it('takes over from a process that died, when its lease is over', async () => {
    await given.store();
    await given.database.query(
      `UPDATE search_outbox SET claimed_until = now() + interval '300 milliseconds'`,
    );
    await given.start();
    await given.emptied();
  });

  it('holds on to its rows for as long as the engine takes', async () => {
    given.engine.hold();
    await given.store();
    await given.start({ leaseMs: 300 });
    await given.start({ leaseMs: 300 });
    await eventually(() => given.engine.batches.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(given.engine.batches).toHaveLength(1);
    given.engine.release();
    await given.emptied();
  });

  it('holds on to rows that wait for the engine to take those before them', async () => {
    const submissions = given.holdSubmissions();
    for (let at = 0; at < 3; at++) await given.store({ messages: ['x'.repeat(400)] });
    await given.start({ leaseMs: 300, batchBytes: 500 });
    await eventually(() => submissions.asked() === 1);
    await given.start({ leaseMs: 300, batchBytes: 500 });
    await new Promise((resolve) => setTimeout(resolve, 900));
    expect(submissions.asked()).toBe(1);
    submissions.open();
    await given.emptied();
  });

  it('gives back what the engine has not taken when it is stopped', async () => {
    const submissions = given.holdSubmissions();
    for (let at = 0; at < 3; at++) await given.store({ messages: ['x'.repeat(400)] });
    const indexer = await given.start({ batchBytes: 500 });
    await eventually(() => submissions.asked() === 1);
    await indexer.stop(100);
    const { rows } = await given.database.query<{ held: number }>(
      `SELECT count(*)::int AS held FROM search_outbox WHERE claimed_until > now() + interval '2 seconds'`,
    );
    expect(rows).toEqual([{ held: 0 }]);
    submissions.open();
    await given.start();
    await given.emptied();
  });

  it('does not prolong the lease of a row that was given back a moment ago', async () => {
    await given.store();
    const kept = await given.store();
    const outbox = new Outbox(given.database);
    const claimed = await outbox.claim(10, 1000);
    await outbox.release(claimed.filter(({ sessionId }) => sessionId !== kept));
    await outbox.renew(claimed, 60_000);
    const { rows } = await given.database.query<{ id: string }>(
      `SELECT session_id AS id FROM search_outbox WHERE claimed_until > now() + interval '5 seconds'`,
    );
    expect(rows).toEqual([{ id: kept }]);
    await given.database.query(`UPDATE search_outbox SET claimed_until = now() - interval '1 second'`);
    await outbox.renew(await outbox.claim(10, 1000), 60_000);
    const renewed = await given.database.query(
      `SELECT FROM search_outbox WHERE claimed_until > now() + interval '5 seconds'`,
    );
    expect(renewed.rows).toHaveLength(2);
  });

  it('stops after what is in flight, and gives back what is not done in time', async () => {
    given.engine.hold();
    await given.store();
    const indexer = await given.start();
    await eventually(() => given.engine.batches.length === 1);
    await indexer.stop(100);
    const { rows } = await given.database.query<{ held: boolean }>(
      `SELECT claimed_until > now() + interval '2 seconds' AS held FROM search_outbox`,
    );
    expect(rows).toEqual([{ held: false }]);
    given.engine.release();
    await given.emptied();
  });

  it('prepares the engine only while no batch is in flight, in any process', async () => {
    given.engine.hold();
    await given.store();
    await given.start();
    await eventually(() => given.engine.batches.length === 1);
    given.engine.prepared = false;
    await given.start();
    await new Promise((resolve) => setTimeout(resolve, 300));
    await given.store();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(given.engine.batches).toHaveLength(1);
    expect(given.engine.unsettledAtPreparation).toBeUndefined();
    given.engine.release();
    await given.emptied();
    expect(given.engine.unsettledAtPreparation).toBe(0);
  });
});
