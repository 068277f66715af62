import { encodeId, messageId, newUuid } from '../ids';
import { mergeSession } from './session-record';
import { messageViews, sessionView, timeMessages } from './session-view';

const [projectId, id] = [newUuid(), newUuid()];
const { record } = mergeSession(null, {
  projectId,
  id,
  version: Date.parse('2026-01-15T10:30:00.000Z') * 1000 + 7,
  fields: { name: 'Login', linkedEntities: { companies: ['c1'] }, contactId: 'cont_1' },
  external: { source: 'zendesk', id: '4821' },
});
const [early, late] = ['2026-01-15T10:30:00.000Z', '2026-01-15T10:31:00.000Z'];
const user = { role: 'user', senderType: 'user' } as const;

describe('sessionView', () => {
  it('has every field of the contract, with the ids of the outside', () => {
    expect(sessionView(record)).toEqual({
      id: encodeId('sess', id),
      project_id: encodeId('proj', projectId),
      name: 'Login',
      description: null,
      status: 'active',
      source: 'api',
      session_type: 'chat',
      message_count: 0,
      analysis_status: 'pending',
      tags: [],
      custom_fields: {},
      user_metadata: {},
      page_url: null,
      page_title: null,
      contact_id: 'cont_1',
      linked_entities: { companies: ['c1'] },
      external_source: 'zendesk',
      external_id: '4821',
      is_archived: false,
      is_human_takeover: false,
      first_message_at: null,
      last_activity_at: early,
      created_at: early,
      updated_at: early,
    });
  });

  it('has null for a record of no other system', () => {
    const view = sessionView({ ...record, external: null });
    expect([view.external_source, view.external_id]).toEqual([null, null]);
  });
});

describe('messageViews', () => {
  it('names messages by their position', () => {
    const messages = [
      { ...user, content: 'a', createdAt: late },
      { role: 'assistant', senderType: 'human_agent', content: 'b', createdAt: early } as const,
    ];
    expect(messageViews(id, messages)).toEqual([
      { id: messageId(id, 0), role: 'user', content: 'a', createdAt: late, senderType: 'user' },
      { id: messageId(id, 1), role: 'assistant', content: 'b', createdAt: early, senderType: 'human_agent' },
    ]);
  });
});

describe('timeMessages', () => {
  const times = (...args: Parameters<typeof timeMessages>) =>
    timeMessages(...args).map(({ createdAt }) => createdAt);

  it("prefers a message's own time to that of acceptance", () => {
    expect(
      times(
        [
          { ...user, content: 'a', createdAt: early },
          { ...user, content: 'b' },
        ],
        late,
      ),
    ).toEqual([early, late]);
  });

  it('keeps the time of a message that is sent again at its place', () => {
    const before = [{ ...user, content: 'a', createdAt: early }];
    expect(
      times(
        [
          { ...user, content: 'a' },
          { ...user, content: 'a' },
        ],
        late,
        before,
      ),
    ).toEqual([early, late]);
    expect(times([{ ...user, content: 'b' }], late, before)).toEqual([late]);
    expect(times([{ role: 'assistant', senderType: 'ai', content: 'a' }], late, before)).toEqual([late]);
  });
});
