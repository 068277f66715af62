import { messageViews, newUuid, sessionView } from '@sessions/contract';
import { SessionReader, SessionWriter } from '@sessions/storage';
import fc from 'fast-check';
import { accepted } from '../../support/accepted-session';
import { openDatabase } from './support';
import type { OwnDatabase } from './support';

const projectId = newUuid();

/** What JSON escapes, and what parts messages and their fields here. Postgres holds neither U+0000 nor half a pair. */
const said = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '\r', ',', '"', '\\', '\u2028', '\u0085', '\u001f', '😀'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }).filter((one) => one !== '\0'),
  ),
  minLength: 1,
});

describe('the JSON of a session with its messages', () => {
  let own: OwnDatabase;
  let reader: SessionReader;
  beforeAll(async () => {
    own = await openDatabase();
    reader = new SessionReader(own.database);
  });
  afterAll(() => own.close());

  it('says of every session what its outside form says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(said, { maxLength: 4 }), said, fc.nat(), async (messages, name, at) => {
        const id = newUuid();
        await new SessionWriter(own.database).write([
          accepted({ projectId, id, at, messages, fields: { name } }),
        ]);
        const stored = await reader.findWithMessages(projectId, id);
        if (stored === null) throw new Error('The session was not stored.');
        const found = JSON.parse((await reader.findJson(projectId, id)) ?? '') as { messages: object[] };
        expect(found).toEqual({
          session: sessionView(stored.record),
          messages: messageViews(id, stored.messages),
        });
        expect(found.messages).toMatchObject(messages.map((content) => ({ content })));
      }),
      { numRuns: 50 },
    );
  });

  it('finds no session of another project, and none that is not stored', async () => {
    const id = newUuid();
    await new SessionWriter(own.database).write([accepted({ projectId, id, at: 0, fields: {} })]);
    await expect(reader.findJson(newUuid(), id)).resolves.toBeNull();
    await expect(reader.findJson(projectId, newUuid())).resolves.toBeNull();
  });
});
