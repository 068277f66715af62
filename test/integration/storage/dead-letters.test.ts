import { newUuid } from '@sessions/contract';
import { DeadLetters } from '@sessions/storage';
import { accepted } from '../../support/accepted-session';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const projectId = newUuid();

describe('DeadLetters', () => {
  let own: OwnDatabase;
  let letters: DeadLetters;

  beforeAll(async () => {
    own = await openDatabase();
    letters = new DeadLetters(own.database);
  });
  afterAll(() => own.close());

  it('keeps a session whole, whatever Postgres refused in it', async () => {
    const session = accepted({
      projectId,
      messages: ['U+0000 \0 and a lone surrogate \ud800'],
      fields: { name: null, userMetadata: { z: 1, a: [null, 1.5, '\0'] } },
      email: 'jane@example.com',
    });
    await letters.park(session, 'invalid byte sequence');
    expect(await letters.find(projectId, session.id)).toEqual([session]);
  });

  it('keeps a version once, however often it is parked', async () => {
    const session = accepted({ projectId, external: 'T-1', messages: ['a'] });
    await Promise.all(Array.from({ length: 10 }, () => letters.park(session, 'refused')));
    expect(await letters.find(projectId, session.id)).toHaveLength(1);
  });

  it('keeps two refused updates that have the same version, whatever the order of their keys', async () => {
    const update = accepted({ projectId, external: 'T-3', messages: ['a'], fields: { name: 'one' } });
    const other = { ...update, fields: { ...update.fields, name: 'two' } };
    const turned = Object.fromEntries(Object.entries(other).reverse()) as unknown as typeof other;
    for (const session of [update, other, turned]) await letters.park(session, 'refused');
    expect(await letters.find(projectId, update.id)).toEqual([update, other]);
  });

  it('keeps every version of a session, oldest first', async () => {
    const versions = [1, 2, 3].map((at) => accepted({ projectId, at, external: 'T-2', messages: [`${at}`] }));
    for (const version of versions) await letters.park(version, 'refused');
    expect(await letters.find(projectId, versions[0]?.id ?? '')).toEqual(versions);
  });

  it('shows nothing of another project', async () => {
    const session = accepted({ projectId, messages: ['a'] });
    await letters.park(session, 'refused');
    expect(await letters.find(newUuid(), session.id)).toEqual([]);
  });
});
