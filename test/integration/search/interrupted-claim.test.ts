import { eventually } from '../../support/eventually';
import { useIndexers } from './indexer-suite';

/** Sessions of one claim, each of which is a batch of its own. */
const CLAIMED = 5;
const BATCH_EACH = { batchBytes: 1 };

describe('a claim of several batches', () => {
  const given = useIndexers();

  beforeEach(async () => {
    for (let stored = 0; stored < CLAIMED; stored++) await given.store({ name: 'name' });
  });

  const leased = async (): Promise<number> => {
    const { rows } = await given.database.query<{ count: number }>(
      "SELECT count(*)::int AS count FROM search_outbox WHERE claimed_until > now() + interval '10 seconds'",
    );
    return rows[0]?.count ?? 0;
  };

  it('is given back, all of it, once the engine does not take a batch', async () => {
    const { engine } = given;
    const submit = engine.submit.bind(engine);
    const submissions = jest.spyOn(engine, 'submit').mockImplementation(async (...batch) => {
      engine.away = submissions.mock.calls.length > 1;
      return submit(...batch);
    });
    engine.hold();
    await given.start(BATCH_EACH);
    await eventually(async () => engine.away && (await leased()) <= 1);
    expect(submissions).toHaveBeenCalledTimes(2);
    engine.away = false;
    submissions.mockImplementation(submit);
    engine.release();
    await given.emptied();
  });

  it('is handed over no further when the indexer stops', async () => {
    const submissions = given.holdSubmissions();
    const indexer = await given.start(BATCH_EACH);
    await eventually(() => submissions.asked() === 1);
    const stopped = indexer.stop(5000);
    submissions.open();
    await stopped;
    expect(submissions.asked()).toBe(1);
    expect(await leased()).toBe(0);
    expect(await given.waiting()).toBe(CLAIMED - 1);
  });
});
