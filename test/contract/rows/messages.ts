import { last, messagesOf, sessionOf } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Row } from '../harness/row';

const good = { role: 'user', content: 'x' };

function refused(name: string, rule: string, messages: unknown, ...error: RegExp[]): Row {
  return { name, rule, request: { json: { messages } }, expect: { status: 400, error } };
}

/** A row for messages that are created and then got as shown. */
function kept(name: string, rule: string, messages: object[], seen: object[], session: object = {}): Row {
  return {
    name,
    rule,
    request: { json: { messages } },
    expect: { status: 201, contains: { session: { message_count: messages.length, ...session } } },
    then: [
      {
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: { status: 200, contains: { messages: seen } },
      },
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: (context) => ({ path: `/api/sessions/${sessionOf(last(context)).id}` }),
        expect: { status: 200, contains: { messages: seen } },
      },
    ],
  };
}

/** The messages of a session to create. */
export const messages: Row[] = [
  refused('messages null', 'Requests: bad input', null, /messages/, /array/),
  refused('messages as a text', 'Requests: bad input', 'hello', /messages/, /array/),
  refused('messages as an object', 'Requests: bad input', good, /messages/, /array/),
  refused('messages as a number', 'Requests: bad input', 0, /messages/, /array/),
  refused('a message null', 'Requests: bad input', [good, null], /messages\[1\]/, /object/),
  refused('a message that is a text', 'Requests: bad input', ['hello'], /messages\[0\]/, /object/),
  refused('a message that is an array', 'Requests: bad input', [[good]], /messages\[0\]/, /object/),
  refused(
    'a message without role',
    'Documentation: role is required',
    [good, { content: 'x' }],
    /messages\[1\]\.role/,
  ),
  refused(
    'role null',
    'Documentation: role',
    [{ role: null, content: 'x' }],
    /messages\[0\]\.role/,
    /user/,
    /assistant/,
  ),
  refused(
    'role system',
    'Documentation: role',
    [{ role: 'system', content: 'x' }],
    /messages\[0\]\.role/,
    /user/,
    /assistant/,
  ),
  refused(
    'role in capitals',
    'Documentation: role',
    [{ role: 'User', content: 'x' }],
    /messages\[0\]\.role/,
    /user/,
  ),
  refused(
    'a message without content',
    'Documentation: content is required',
    [{ role: 'user' }],
    /messages\[0\]\.content/,
  ),
  refused(
    'empty content',
    'Create: empty content',
    [good, { ...good, content: '' }],
    /messages\[1\]\.content/,
    /empty/,
  ),
  refused(
    'blank content',
    'Create: empty content',
    [{ ...good, content: ' \n\t\u00a0 ' }],
    /messages\[0\]\.content/,
    /empty/,
  ),
  refused(
    'an unknown field of a message',
    'Requests: unknown body fields',
    [{ ...good, text: 'y' }],
    /messages\[0\]/,
    /\btext\b/,
  ),
  refused(
    'createdAt, which only answers have',
    'Requests: unknown body fields',
    [{ ...good, createdAt: '2026-01-01' }],
    /createdAt/,
  ),
  ...[
    'yesterday',
    '',
    '2026-02-30T00:00:00Z',
    '2026-13-01',
    '1700000000',
    '2026-01-01T25:00:00Z',
    '+010000-01-01T00:00:00Z',
  ].map((created_at) =>
    refused(
      `created_at ${JSON.stringify(created_at)}`,
      'Create: created_at is ISO 8601',
      [{ ...good, created_at }],
      /messages\[0\]\.created_at/,
      /ISO 8601/,
    ),
  ),
  refused(
    'created_at as a number',
    'Create: created_at',
    [{ ...good, created_at: 1700000000 }],
    /messages\[0\]\.created_at/,
  ),
  refused(
    'another sender_type',
    'Create: sender_type',
    [{ ...good, sender_type: 'bot' }],
    /messages\[0\]\.sender_type/,
    /user/,
    /ai/,
    /human_agent/,
    /system/,
  ),
  kept('no messages', 'Documentation: messages', [], []),
  kept(
    'senderType follows the role',
    'Create: senderType',
    [good, { role: 'assistant', content: 'y' }],
    [
      { role: 'user', senderType: 'user' },
      { role: 'assistant', senderType: 'ai' },
    ],
  ),
  ...['user', 'ai', 'human_agent', 'system'].map((sender_type) =>
    kept(
      `sender_type ${sender_type} is kept`,
      'Create: sender_type',
      [{ role: 'assistant', content: 'x', sender_type }],
      [{ role: 'assistant', senderType: sender_type }],
    ),
  ),
  kept(
    'white space around content is trimmed, not that within',
    'Create: content',
    [{ ...good, content: ' \r\n\t a \n  b \n' }],
    [{ content: 'a \n  b' }],
  ),
  kept(
    'the order of the request stays, whatever the times',
    'Create: a position orders messages',
    [
      { ...good, content: 'third', created_at: '2026-01-03T00:00:00Z' },
      { ...good, content: 'first', created_at: '2026-01-01T00:00:00Z' },
      { ...good, content: 'second', created_at: '2026-01-02T00:00:00Z' },
    ],
    [{ content: 'third' }, { content: 'first' }, { content: 'second' }],
    { first_message_at: '2026-01-01T00:00:00.000Z', last_activity_at: '2026-01-03T00:00:00.000Z' },
  ),
  kept(
    'messages of the same moment stay in order',
    'Create: a position orders messages',
    Array.from({ length: 60 }, (_, index) => ({
      ...good,
      content: `n${index}`,
      created_at: '2026-01-01T00:00:00Z',
    })),
    Array.from({ length: 60 }, (_, index) => ({
      content: `n${index}`,
      createdAt: '2026-01-01T00:00:00.000Z',
    })),
  ),
  kept(
    'a time with a zone is shown in UTC with milliseconds',
    'Read: timestamps',
    [{ ...good, created_at: '2026-01-15T11:30:00.5+01:00' }],
    [{ createdAt: '2026-01-15T10:30:00.500Z' }],
    { first_message_at: '2026-01-15T10:30:00.500Z', last_activity_at: '2026-01-15T10:30:00.500Z' },
  ),
  kept(
    'a bare date is its beginning in UTC',
    'Create: created_at is ISO 8601',
    [{ ...good, created_at: '2026-01-15' }],
    [{ createdAt: '2026-01-15T00:00:00.000Z' }],
  ),
  kept(
    'the same message twice is two messages',
    'Create: messages',
    [good, good],
    [{ content: 'x' }, { content: 'x' }],
  ),
  {
    name: 'messages without times were written at the acceptance',
    rule: 'Create: first_message_at and last_activity_at',
    request: { json: { messages: [good, good] } },
    expect: {
      status: 201,
      check: (context) => {
        const session = sessionOf(last(context));
        expect(session.first_message_at).toBe(session.created_at);
        expect(session.last_activity_at).toBe(session.created_at);
      },
    },
    then: [
      {
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: {
          status: 200,
          check: (context) => {
            const { created_at } = sessionOf(last(context));
            expect(messagesOf(last(context)).map(({ createdAt }) => createdAt)).toEqual([
              created_at,
              created_at,
            ]);
          },
        },
      },
    ],
  },
];
