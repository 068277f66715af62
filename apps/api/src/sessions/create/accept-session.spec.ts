import { contactIdOfEmail, externalSessionId, newUuid } from '@sessions/contract';
import type { CreateMessageDto, CreateSessionDto } from '@sessions/contract';
import { acceptSession } from './accept-session';

const [projectId, id] = [newUuid(), newUuid()];
const accept = (body: CreateSessionDto) => acceptSession(projectId, body, id, 7);
const user = (content: string, more: Partial<CreateMessageDto> = {}): CreateMessageDto => ({
  role: 'user',
  content,
  ...more,
});

describe('acceptSession', () => {
  it('takes an empty body for a session of which nothing was said', () => {
    const { fields, ...rest } = accept({});
    expect(rest).toEqual({ projectId, id, version: 7 });
    expect(Object.values(fields).every((value) => value === undefined)).toBe(true);
  });

  it('keeps what the client gave, with the types that it had', () => {
    expect(
      accept({
        name: 'Login',
        description: null,
        status: 'closed',
        source: 'gong',
        session_type: 'chat',
        contact_id: 'k',
        user_metadata: { age: 5, tags: ['x'], none: null },
        custom_fields: { ok: true },
        page_url: 'https://x',
        page_title: 'X',
      }).fields,
    ).toMatchObject({
      name: 'Login',
      description: null,
      status: 'closed',
      source: 'gong',
      sessionType: 'chat',
      contactId: 'k',
      userMetadata: { age: 5, tags: ['x'], none: null },
      customFields: { ok: true },
      pageUrl: 'https://x',
      pageTitle: 'X',
    });
  });

  it('gives messages in their order a sender and trims what they say', () => {
    const { messages } = accept({
      messages: [
        user(' \n hello there \t'),
        { role: 'assistant', content: 'hi' },
        { role: 'assistant', content: 'me', sender_type: 'human_agent' },
      ],
    });
    expect(messages).toEqual([
      { role: 'user', senderType: 'user', content: 'hello there' },
      { role: 'assistant', senderType: 'ai', content: 'hi' },
      { role: 'assistant', senderType: 'human_agent', content: 'me' },
    ]);
    expect(accept({ messages: [] }).messages).toEqual([]);
  });

  it('writes times in UTC with milliseconds', () => {
    const { messages } = accept({ messages: [user('x', { created_at: '2026-01-31T10:00:00+02:00' })] });
    expect(messages?.[0]?.createdAt).toBe('2026-01-31T08:00:00.000Z');
  });

  it('collapses tags and links that are given twice', () => {
    const { fields } = accept({
      tags: ['bug', 'wins', 'bug'],
      linked_entities: { companies: ['b', 'a', 'b'], issues: [] },
    });
    expect(fields).toMatchObject({
      tags: ['bug', 'wins'],
      linkedEntities: { companies: ['b', 'a'], issues: [] },
    });
  });

  it('puts user_id into the metadata, before what is there by that name', () => {
    expect(accept({ user_id: 'u1' }).fields.userMetadata).toEqual({ userId: 'u1' });
    expect(accept({ user_id: 'u1', user_metadata: { a: 1, userId: 'old' } }).fields.userMetadata).toEqual({
      a: 1,
      userId: 'u1',
    });
    expect(accept({ user_id: null, user_metadata: { a: 1 } }).fields.userMetadata).toEqual({ a: 1 });
    expect(accept({ user_id: null }).fields.userMetadata).toBeUndefined();
  });

  const contact = (email: string) => ({ id: contactIdOfEmail(projectId, email), email });

  it.each<[string, CreateSessionDto, string | undefined]>([
    ['contact_email, in lower case', { contact_email: 'Jane@Example.COM' }, 'jane@example.com'],
    ['an address in the metadata', { user_metadata: { email: ' Jane@x ' } }, 'jane@x'],
    [
      'contact_email rather than the metadata',
      { contact_email: 'a@x', user_metadata: { email: 'b@x' } },
      'a@x',
    ],
    [
      'the metadata when contact_email is null',
      { contact_email: null, user_metadata: { email: 'b@x' } },
      'b@x',
    ],
    ['no metadata that is no address', { user_metadata: { email: 'jane' } }, undefined],
    ['no metadata that is no text', { user_metadata: { email: ['a@x'] } }, undefined],
    ['nothing', {}, undefined],
  ])('takes the contact from %s', (_what, body, email) => {
    const accepted = accept(body);
    expect(accepted.contact).toEqual(email && contact(email));
    expect(accepted.fields.contactId).toBe(email && contact(email).id);
  });

  it('prefers contact_id to the contact of an address, which exists nevertheless', () => {
    const accepted = accept({ contact_id: 'k', contact_email: 'a@x' });
    expect([accepted.fields.contactId, accepted.contact]).toEqual(['k', contact('a@x')]);
    expect(accept({ contact_id: null, contact_email: 'a@x' }).fields.contactId).toBe(contact('a@x').id);
    expect(accept({ contact_id: null }).fields.contactId).toBeNull();
  });

  it('lets an external record decide the id', () => {
    const accepted = accept({ external_source: 'zendesk', external_id: '1' });
    expect(accepted).toMatchObject({
      id: externalSessionId(projectId, 'zendesk', '1'),
      external: { source: 'zendesk', id: '1' },
    });
    expect(accepted).not.toHaveProperty('messages');
    expect(accepted).not.toHaveProperty('messagesHash');
    expect(acceptSession(newUuid(), { external_source: 'zendesk', external_id: '1' }, id, 7).id).not.toBe(
      accepted.id,
    );
  });

  it('tells transcripts of an external record apart by all that they say', () => {
    const hash = (...messages: CreateMessageDto[]) =>
      accept({ external_source: 'z', external_id: '1', messages }).messagesHash;
    const transcripts = [
      [],
      [user('a')],
      [user('b')],
      [user('a'), user('a')],
      [user('a\nuser user  1:a')],
      [{ role: 'assistant', content: 'a' } as const],
      [user('a', { sender_type: 'system' })],
      [user('a', { created_at: '2026-01-31' })],
    ];
    expect(new Set(transcripts.map((messages) => hash(...messages))).size).toBe(transcripts.length);
    expect(hash(user(' a '))).toBe(hash(user('a')));
    expect(accept({ messages: [user('a')] })).not.toHaveProperty('messagesHash');
  });
});
