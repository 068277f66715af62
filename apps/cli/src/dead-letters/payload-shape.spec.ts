import type { AcceptedSession } from '@sessions/contract';
import { newUuid } from '@sessions/contract';
import { shapeOf } from './payload-shape';

const SESSION: AcceptedSession = {
  projectId: newUuid(),
  id: newUuid(),
  version: Date.parse('2026-01-01T00:00:00.000Z') * 1000,
  fields: {
    name: 'secret',
    description: null,
    status: 'closed',
    userMetadata: { secret: 'secret' },
    linkedEntities: { companies: ['secret'] },
  },
  messages: [
    { role: 'user', senderType: 'user', content: 'secret' },
    { role: 'assistant', senderType: 'ai', content: 'the secret' },
  ],
  external: { source: 'zendesk', id: 'T-1' },
  contact: { id: 'cont_1', email: 'secret@example.com' },
};

describe('shapeOf', () => {
  it('says how much there is of what, and nothing that people wrote', () => {
    expect(shapeOf(SESSION)).toEqual({
      version: 1767225600000000,
      accepted_at: '2026-01-01T00:00:00.000Z',
      external_source: 'zendesk',
      external_id: 'T-1',
      names_contact: true,
      fields: {
        name: 'text of 6 characters',
        description: 'null',
        status: '"closed"',
        userMetadata: 'object of 1 key, 19 bytes of JSON',
        linkedEntities: 'object of 1 key, 24 bytes of JSON',
      },
      messages: { count: 2, by_role: { user: 1, assistant: 1 }, characters: 16, longest: 10 },
    });
    expect(JSON.stringify(shapeOf(SESSION))).not.toContain('secret');
  });

  it('tells a session without messages from one that was sent none', () => {
    const { projectId, id, version } = SESSION;
    expect(shapeOf({ projectId, id, version, fields: {} })).toMatchObject({ messages: null });
    expect(shapeOf({ projectId, id, version, fields: {}, messages: [] })).toMatchObject({
      messages: { count: 0, longest: 0 },
    });
  });
});
