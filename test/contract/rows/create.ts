import { SESSION_FIELDS, last, projectId, sessionId, sessionOf, timestamp } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import { created, refused } from '../harness/bodies';
import type { Row } from '../harness/row';

const SOURCES = [
  'widget',
  'slack',
  'intercom',
  'zendesk',
  'gong',
  'posthog',
  'api',
  'manual',
  'github',
  'fathom',
];
const IMPLIED_TYPE: Record<string, string> = { gong: 'meeting', fathom: 'meeting', posthog: 'behavioral' };

/** Creating a session: the answer, enums, defaults, metadata and times. */
export const create: Row[] = [
  {
    name: 'the documented example is answered as documented',
    rule: 'Documentation: Create a session',
    request: {
      json: {
        name: 'Support ticket #4821',
        session_type: 'chat',
        tags: ['bug'],
        user_metadata: { email: 'jane@example.com', name: 'Jane Smith' },
        messages: [
          { role: 'user', content: 'The export button does nothing when I click it.' },
          {
            role: 'assistant',
            content: 'Thanks for reporting this. Can you tell me which browser you are using?',
          },
          { role: 'user', content: 'Chrome on macOS. Version 120.' },
        ],
      },
    },
    expect: ({ world }) => ({
      status: 201,
      body: {
        session: {
          id: sessionId,
          project_id: world.tenants.main.projectId,
          name: 'Support ticket #4821',
          description: null,
          status: 'active',
          source: 'api',
          session_type: 'chat',
          message_count: 3,
          analysis_status: 'pending',
          tags: ['bug'],
          custom_fields: {},
          user_metadata: { email: 'jane@example.com', name: 'Jane Smith' },
          page_url: null,
          page_title: null,
          contact_id: expect.any(String) as unknown,
          linked_entities: {},
          external_source: null,
          external_id: null,
          is_archived: false,
          is_human_takeover: false,
          first_message_at: timestamp,
          last_activity_at: timestamp,
          created_at: timestamp,
          updated_at: timestamp,
        },
      },
    }),
  },
  {
    name: 'an empty object is a session of defaults',
    rule: 'Documentation: no field is required',
    request: { json: {} },
    expect: {
      status: 201,
      contains: {
        session: {
          id: sessionId,
          project_id: projectId,
          name: null,
          description: null,
          status: 'active',
          source: 'api',
          session_type: 'chat',
          message_count: 0,
          tags: [],
          custom_fields: {},
          user_metadata: {},
          contact_id: null,
          first_message_at: null,
        },
      },
      check: (context) => {
        expect(Object.keys(last(context).json as object)).toEqual(['session']);
        expect(Object.keys(sessionOf(last(context))).sort()).toEqual(SESSION_FIELDS);
      },
    },
  },
  {
    name: 'Location names the session',
    rule: 'Create: 201 with Location',
    request: { json: { name: 'here' } },
    expect: {
      status: 201,
      check: (context) => {
        expect(last(context).headers.location).toContain(`/api/sessions/${lastId(context)}`);
      },
    },
    then: [
      {
        request: (context) => ({ path: last(context).headers.location, projectId: null }),
        expect: { status: 200, contains: { session: { name: 'here' } } },
      },
    ],
  },
  {
    name: 'two equal bodies are two sessions',
    rule: 'Create',
    request: { json: { name: 'twice' }, times: 2 },
    expect: {
      status: 201,
      check: ({ answers }) => {
        expect(new Set(answers.map((answer) => sessionOf(answer).id)).size).toBe(2);
      },
    },
  },
  created('status active', 'Create: status', { status: 'active' }),
  created('status closed', 'Create: status', { status: 'closed' }),
  refused('another status', 'Create: status', { status: 'open' }, /status/, /active/, /closed/),
  refused('a status in capitals', 'Create: status', { status: 'Active' }, /status/, /active/, /closed/),
  ...SOURCES.map((source) =>
    created(
      `source ${source} and the type it implies`,
      'Create: source and session_type',
      { source },
      {
        source,
        session_type: IMPLIED_TYPE[source] ?? 'chat',
      },
    ),
  ),
  refused('another source', 'Create: source', { source: 'fax' }, /source/, /widget/, /github/, /fathom/),
  ...['chat', 'meeting', 'behavioral'].map((session_type) =>
    created(`session_type ${session_type}`, 'Documentation: session_type', { session_type }),
  ),
  created('a given session_type goes before the implied one', 'Create: session_type', {
    source: 'gong',
    session_type: 'chat',
  }),
  refused(
    'another session_type',
    'Documentation: session_type',
    { session_type: 'call' },
    /session_type/,
    /meeting/,
  ),
  ...['status', 'source', 'session_type'].flatMap((field) =>
    [null, 1, ['active'], {}, ''].map((value) =>
      refused(
        `${field} ${JSON.stringify(value)}`,
        'Requests: bad input',
        { [field]: value },
        new RegExp(field),
      ),
    ),
  ),

  created(
    'user_id is stored in user_metadata.userId',
    'Documentation: user_id',
    { user_id: 'u-1' },
    {
      user_metadata: { userId: 'u-1' },
    },
  ),
  created(
    'user_id stands beside other metadata',
    'Documentation: user_id',
    { user_id: 'u-1', user_metadata: { plan: 'pro' } },
    { user_metadata: { userId: 'u-1', plan: 'pro' } },
  ),
  created('an unknown contact is kept as given', 'Create: contact_id', { contact_id: 'crm 42/ä' }),
  ...['user_metadata', 'custom_fields'].flatMap((field) => [
    created(`values in ${field} keep their JSON types`, 'Create: JSON types', {
      [field]: {
        n: 1.5,
        i: 120,
        zero: 0,
        neg: -3,
        t: true,
        f: false,
        z: null,
        a: [1, '1', [], {}],
        o: { k: 'v' },
        '': 'e',
        'a.b': '1',
      },
    }),
    created(`the largest exact integer in ${field}`, 'Create: JSON types', {
      [field]: { n: 9007199254740991 },
    }),
    ...[null, [], 'x', 1, true].map((value) =>
      refused(
        `${field} ${JSON.stringify(value)}`,
        'Requests: bad input',
        { [field]: value },
        new RegExp(field),
        /object/,
      ),
    ),
    ...['9007199254740993', '-9007199254740993', '123456789012345678901234567890', '1e400'].map(
      (digits): Row => ({
        name: `the number ${digits} in ${field} is refused rather than rounded`,
        rule: 'Decided: integers beyond 2^53',
        request: { raw: `{"${field}":{"deep":[{"n":${digits}}]}}` },
        expect: { status: 400, error: [new RegExp(`${field}\\.deep\\[0\\]\\.n`), /string/] },
      }),
    ),
  ]),
  {
    name: 'without messages the last activity is the acceptance',
    rule: 'Create: first_message_at and last_activity_at',
    request: { json: { name: 'quiet' } },
    expect: {
      status: 201,
      check: (context) => {
        const session = sessionOf(last(context));
        expect(session.first_message_at).toBeNull();
        expect(session.last_activity_at).toBe(session.created_at);
        expect(session.updated_at).toBe(session.created_at);
        expect(Math.abs(Date.now() - Date.parse(session.created_at))).toBeLessThan(30_000);
      },
    },
  },
];
