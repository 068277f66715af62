import {
  SESSION_FIELDS,
  first,
  last,
  listOf,
  messageId,
  messagesOf,
  projectId,
  sessionId,
  sessionOf,
  timestamp,
} from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Row } from '../harness/row';

const notFound = { status: 404, error: [/session/i, /not found|no session|does not/i] };
const rule = 'Documentation: Get a session';

/** Getting one session. */
export const get: Row[] = [
  {
    name: 'a session comes with its messages in order',
    rule,
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.login}` }),
    expect: ({ world }) => ({
      status: 200,
      contains: {
        session: {
          id: world.seeds.login,
          project_id: world.tenants.library.projectId,
          name: 'Login flow confusion',
          description: null,
          status: 'active',
          source: 'widget',
          session_type: 'chat',
          message_count: 3,
          tags: ['bug'],
          page_url: 'https://app.example.com/login',
        },
        messages: [
          { id: messageId, role: 'user', senderType: 'user' },
          {
            id: messageId,
            role: 'assistant',
            content: "I can help with that. Click the 'Forgot Password' link on the login page.",
            senderType: 'ai',
          },
          {
            id: messageId,
            content: "There is no forgot password link. That's the problem.",
            createdAt: '2026-03-12T10:31:00.000Z',
          },
        ],
      },
    }),
  },
  {
    name: 'the answer holds session and messages and nothing else',
    rule,
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.login}` }),
    expect: {
      status: 200,
      check: (context) => {
        expect(Object.keys(last(context).json as object).sort()).toEqual(['messages', 'session']);
      },
    },
  },
  {
    name: 'the session has every field and no other',
    rule: 'Read: every session object',
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.login}` }),
    expect: {
      status: 200,
      contains: {
        session: {
          id: sessionId,
          project_id: projectId,
          first_message_at: timestamp,
          last_activity_at: timestamp,
          created_at: timestamp,
          updated_at: timestamp,
        },
      },
      check: (context) => {
        expect(Object.keys(sessionOf(last(context))).sort()).toEqual(SESSION_FIELDS);
      },
    },
  },
  {
    name: 'every message has id, role, content, createdAt and senderType and no other',
    rule,
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.login}` }),
    expect: {
      status: 200,
      check: (context) => {
        for (const message of messagesOf(last(context))) {
          expect(Object.keys(message).sort()).toEqual(['content', 'createdAt', 'id', 'role', 'senderType']);
          expect(message.createdAt).toEqual(timestamp);
        }
      },
    },
  },
  {
    name: 'a list shows the same session as a get',
    rule: 'Read: every session object',
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.login}` }),
    expect: { status: 200 },
    then: ['tags=bug', 'search=forgot'].map((query) => ({
      request: { tenant: 'library', query },
      expect: (context) => ({
        status: 200,
        check: (then) => {
          expect(listOf(last(then)).sessions).toContainEqual(sessionOf(first(context)));
        },
      }),
    })),
  },
  {
    name: 'ids of messages differ and stay the same',
    rule: 'Read: ids',
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.login}` }),
    expect: { status: 200 },
    then: [
      {
        request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.login}` }),
        expect: {
          status: 200,
          check: ({ answers }) => {
            const [before, after] = answers.map((answer) => messagesOf(answer).map(({ id }) => id));
            expect(after).toEqual(before);
            expect(new Set(after).size).toBe(3);
          },
        },
      },
    ],
  },
  {
    name: 'a session can be got the moment it was answered, messages included',
    rule: 'Create: a GET by id finds it at once',
    request: {
      json: {
        name: 'fresh',
        messages: [
          { role: 'user', content: 'a' },
          { role: 'assistant', content: 'b' },
        ],
      },
    },
    expect: { status: 201 },
    then: [
      {
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: (context) => ({
          status: 200,
          contains: {
            messages: [
              { content: 'a', senderType: 'user' },
              { content: 'b', senderType: 'ai' },
            ],
          },
          check: (then) => {
            expect(sessionOf(last(then))).toEqual(sessionOf(last(context)));
          },
        }),
      },
    ],
  },
  {
    name: 'fifty sessions created at once can all be got at once',
    rule: 'Create: a GET by id finds it at once',
    request: { json: { name: 'one of fifty' }, times: 50 },
    expect: { status: 201 },
    then: Array.from({ length: 50 }, (_, index) => ({
      request: ({ answers }) => ({
        path: `/api/sessions/${answers[index] ? sessionOf(answers[index]).id : ''}`,
      }),
      expect: { status: 200 },
    })),
  },
  {
    name: 'a stored session is the same as when it was fresh',
    rule: 'Create: answer what will be stored',
    request: {
      json: {
        name: 'stays the same',
        user_id: 'u1',
        custom_fields: { b: 1, a: [null, 1.5] },
        contact_email: 'Same@Example.com',
        linked_entities: { issues: ['i1'] },
        messages: [{ role: 'user', content: ' hi ' }],
      },
    },
    expect: { status: 201 },
    then: [
      { request: (context) => ({ path: `/api/sessions/${lastId(context)}` }), expect: { status: 200 } },
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: {
          status: 200,
          check: ({ answers: [created, fresh, stored] }) => {
            expect(stored?.json).toEqual(fresh?.json);
            expect(stored && sessionOf(stored)).toEqual(created && sessionOf(created));
          },
        },
      },
    ],
  },
  {
    name: 'a session without messages has an empty array of them',
    rule,
    request: { json: { name: 'silent' } },
    expect: { status: 201 },
    then: [
      {
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: { status: 200, contains: { messages: [], session: { message_count: 0 } } },
      },
    ],
  },
  {
    name: 'an archived session can be got by its id',
    rule,
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.archived}` }),
    expect: { status: 200, contains: { session: { is_archived: true } } },
  },
  {
    name: 'what other systems set is shown',
    rule: 'Read: analysis_status',
    request: ({ world }) => ({ tenant: 'library', path: `/api/sessions/${world.seeds.analyzed}` }),
    expect: {
      status: 200,
      contains: { session: { analysis_status: 'analyzed', is_human_takeover: false, is_archived: false } },
    },
  },
  {
    name: 'a session that does not exist is not found',
    rule: 'Errors: 404',
    request: { path: '/api/sessions/sess_01h455vb4pex5vsknk084sn02q' },
    expect: notFound,
  },
  {
    name: "another project's session is not found",
    rule: 'Errors: 404',
    request: ({ world }) => ({ path: `/api/sessions/${world.foreignSession}` }),
    expect: notFound,
  },
  ...[
    'abc',
    'sess_abc123',
    'sess_',
    'sess_01H455VB4PEX5VSKNK084SN02!',
    'proj_01h455vb4pex5vsknk084sn02q',
    '0192f0c8-1111-7000-8000-000000000000',
    '1e22',
    '-1',
    '%00',
    '%2e%2e',
    '%27%20OR%201%3D1%20--',
    '%F0%9F%98%80',
    'x'.repeat(3000),
  ].map((id): Row => ({
    name: `the id ${id.slice(0, 40)} is not found, not an error`,
    rule: 'Requests: an id that is not ours is a 404',
    request: { path: `/api/sessions/${id}` },
    expect: { status: 404, error: [/./] },
  })),
  ...['%zz', '%ff', '100%'].map((id): Row => ({
    name: `the id ${id}, a broken escape, is not found, not an error`,
    rule: 'Requests: an id that is not ours is a 404',
    request: { path: `/api/sessions/${id}` },
    expect: notFound,
  })),
  {
    name: 'an unknown query parameter is refused by name',
    rule: 'Requests: unknown query parameters',
    request: ({ world }) => ({
      tenant: 'library',
      path: `/api/sessions/${world.seeds.login}`,
      query: { include: 'all' },
    }),
    expect: { status: 400, error: [/include/, /projectId/] },
  },
];
