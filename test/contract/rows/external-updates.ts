import { eventually, record, update } from '../harness/external';
import { first, last, sessionOf } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Row, Step } from '../harness/row';

const rule = 'Create: sending it again updates that session';

const FULL = {
  name: 'v1',
  description: 'first',
  status: 'closed',
  source: 'zendesk',
  session_type: 'meeting',
  contact_id: 'crm-1',
  user_metadata: { plan: 'pro' },
  page_url: 'https://a.test',
  page_title: 'A',
  tags: ['bug'],
  custom_fields: { n: 1 },
  linked_entities: { companies: ['acme'] },
};

/** A row that creates the full record, sends another version of it and looks at what becomes of it. */
function merges(name: string, id: string, further: object, session: object): Row {
  return {
    name,
    rule,
    request: { json: record(id, FULL) },
    expect: { status: 201, contains: { session: FULL } },
    then: [update(record(id, further), session), eventually(session)],
  };
}

/** What another version of an external record changes, and what it leaves alone. */
export const externalUpdates: Row[] = [
  merges('fields that are left out keep their value', 'keeps', { name: 'v2' }, { ...FULL, name: 'v2' }),
  merges(
    'null clears a field',
    'clears',
    { name: null, description: null, contact_id: null, page_url: null, page_title: null },
    { ...FULL, name: null, description: null, contact_id: null, page_url: null, page_title: null },
  ),
  merges(
    'every field can be replaced',
    'replaces',
    {
      description: 'second',
      status: 'active',
      source: 'gong',
      session_type: 'chat',
      contact_id: 'crm-2',
      page_url: 'https://b.test',
      page_title: 'B',
      tags: ['wins', 'losses'],
    },
    {
      name: 'v1',
      description: 'second',
      status: 'active',
      source: 'gong',
      session_type: 'chat',
      contact_id: 'crm-2',
      page_url: 'https://b.test',
      page_title: 'B',
      tags: ['wins', 'losses'],
    },
  ),
  {
    name: 'an update is answered with what the create just before it gave, a hundred times',
    rule: 'Create: answer what will be stored',
    request: { json: record('right-after-0', FULL) },
    expect: { status: 201 },
    then: Array.from({ length: 200 }, (_, index): Step => {
      const id = `right-after-${Math.ceil((index + 1) / 2)}`;
      return index % 2 === 0
        ? { request: { json: record(id, FULL) }, expect: { status: 201 } }
        : {
            request: { json: record(id, { name: null }) },
            expect: { status: 200, contains: { session: { ...FULL, name: null } } },
          };
    }),
  },
  {
    name: 'objects are replaced, not merged',
    rule,
    request: {
      json: record('objects', { custom_fields: { a: 1, b: 2 }, user_metadata: { x: 1 }, tags: ['bug'] }),
    },
    expect: { status: 201 },
    then: [
      update(
        record('objects', { custom_fields: { b: 3 }, user_metadata: {}, tags: [], linked_entities: {} }),
      ),
      {
        request: (context) => ({ path: `/api/sessions/${sessionOf(first(context)).id}` }),
        expect: {
          status: 200,
          eventually: true,
          check: (context) => {
            const { custom_fields, user_metadata } = sessionOf(last(context));
            expect([custom_fields, user_metadata]).toEqual([{ b: 3 }, {}]);
          },
        },
      },
    ],
  },
  {
    name: 'filters follow the newest links and tags',
    rule,
    request: {
      json: record('links', { tags: ['change_request'], linked_entities: { companies: ['old-co'] } }),
    },
    expect: { status: 201 },
    then: [
      update(record('links', { tags: ['wins'], linked_entities: { companies: ['new-co'] } })),
      {
        request: { query: { companyId: 'new-co' } },
        expect: (context) => ({
          status: 200,
          eventually: true,
          contains: { total: 1, sessions: [{ id: lastId(context) }] },
        }),
      },
      { request: { query: { companyId: 'old-co' } }, expect: { status: 200, contains: { total: 0 } } },
    ],
  },
  {
    name: 'messages are replaced by newer ones',
    rule,
    request: {
      json: record('messages', {
        messages: [
          { role: 'user', content: 'one' },
          { role: 'user', content: 'two' },
          { role: 'user', content: 'three' },
        ],
      }),
    },
    expect: { status: 201, contains: { session: { message_count: 3 } } },
    then: [
      update(
        record('messages', {
          messages: [
            { role: 'user', content: 'uno' },
            { role: 'assistant', content: 'due' },
          ],
        }),
        {
          message_count: 2,
        },
      ),
      eventually({ message_count: 2 }, [{ content: 'uno' }, { content: 'due' }]),
    ],
  },
  {
    name: 'messages that are left out stay',
    rule,
    request: { json: record('stay', { messages: [{ role: 'user', content: 'one' }] }) },
    expect: { status: 201 },
    then: [
      update(record('stay', { name: 'v2' }), { message_count: 1, name: 'v2' }),
      eventually({ name: 'v2', message_count: 1 }, [{ content: 'one' }]),
    ],
  },
  {
    name: 'an empty array of messages removes them',
    rule,
    request: { json: record('emptied', { messages: [{ role: 'user', content: 'one' }] }) },
    expect: { status: 201 },
    then: [
      update(record('emptied', { messages: [] }), { message_count: 0 }),
      eventually({ message_count: 0, first_message_at: null }, []),
    ],
  },
];
