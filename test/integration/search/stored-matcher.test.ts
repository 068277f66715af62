import { newUuid } from '@sessions/contract';
import { parseQuery, StoredMatcher } from '@sessions/search';
import { SessionReader } from '@sessions/storage';
import { useDatabase } from './database-suite';
import { storeSession } from './stored-sessions';

/** Too many for the session to be loaded with others. */
const WORDS_OF_A_MESSAGE = 3000;

describe('sessions that are looked through for a query', () => {
  const given = useDatabase();
  const projectId = newUuid();
  const store = (name: string, ...messages: string[]) =>
    storeSession(given.database, { projectId, name, messages });

  it('are those that have the name and match, the last active first', async () => {
    const ids = [
      await store('needle one', 'a common word'),
      await store('needle two', 'something else'),
      await store('hay', 'a common word'),
      await store('needle three', 'filler '.repeat(WORDS_OF_A_MESSAGE), 'a comon word'),
    ];
    const other = newUuid();
    await storeSession(given.database, { projectId: other, name: 'needle', messages: ['a common word'] });
    const reader = new SessionReader(given.database);
    const named = await reader.idsNamed(projectId, { name: 'needle', showArchived: false }, 10);
    expect(named).toEqual([ids[3], ids[1], ids[0]]);
    await expect(reader.idsNamed(projectId, { name: 'needle', showArchived: false }, 2)).resolves.toEqual(
      named.slice(0, 2),
    );
    const matcher = new StoredMatcher(given.database);
    const matching = (text: string, sessionIds: readonly string[] = named, project = projectId) =>
      matcher.matching(project, sessionIds, parseQuery(text));
    await expect(matching('common word')).resolves.toEqual([ids[3], ids[0]]);
    await expect(matching('"common word"')).resolves.toEqual([ids[0]]);
    await expect(matching('-common')).resolves.toEqual([ids[3], ids[1]]);
    await expect(matching('common', [newUuid(), ...named])).resolves.toEqual([ids[3], ids[0]]);
    await expect(matching('common', named, other)).resolves.toEqual([]);
  });
});
