import { last, listOf, sessionOf } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Row } from '../harness/row';

const rule = 'Create: contact_email';

/** A row for two bodies, the second of which must get the same contact as the first. */
function same(name: string, one: object, other: object): Row {
  return {
    name,
    rule,
    request: { json: one },
    expect: { status: 201, contains: { session: { contact_id: expect.stringMatching(/./) as unknown } } },
    then: [
      {
        request: { json: other },
        expect: (context) => ({
          status: 201,
          contains: { session: { contact_id: sessionOf(last(context)).contact_id } },
        }),
      },
    ],
  };
}

/** Contacts that are found or made by an e-mail address. */
export const contacts: Row[] = [
  same(
    'the same address is the same contact',
    { contact_email: 'a@contacts.test' },
    { contact_email: 'a@contacts.test' },
  ),
  same(
    'the case of an address does not matter',
    { contact_email: 'b@contacts.test' },
    { contact_email: 'B@Contacts.TEST' },
  ),
  same(
    'user_metadata.email finds the same contact',
    { contact_email: 'c@contacts.test' },
    { user_metadata: { email: 'C@contacts.test' } },
  ),
  same(
    'contact_email goes before user_metadata.email',
    { contact_email: 'd@contacts.test' },
    { contact_email: 'd@contacts.test', user_metadata: { email: 'e@contacts.test' } },
  ),
  {
    name: 'another address is another contact',
    rule,
    request: { json: { contact_email: 'f@contacts.test' } },
    expect: { status: 201 },
    then: [
      {
        request: { json: { contact_email: 'g@contacts.test' } },
        expect: {
          status: 201,
          check: ({ answers }) => {
            expect(new Set(answers.map((answer) => sessionOf(answer).contact_id)).size).toBe(2);
          },
        },
      },
    ],
  },
  {
    name: 'the same address in another project is another contact',
    rule,
    request: { json: { contact_email: 'h@contacts.test' } },
    expect: { status: 201 },
    then: [
      {
        request: { tenant: 'other', json: { contact_email: 'h@contacts.test' } },
        expect: {
          status: 201,
          check: ({ answers }) => {
            expect(new Set(answers.map((answer) => sessionOf(answer).contact_id)).size).toBe(2);
          },
        },
      },
    ],
  },
  {
    name: 'user_metadata.email stays as it was sent',
    rule: 'Create: values keep their JSON types',
    request: { json: { user_metadata: { email: 'Kept.As@Sent.test' } } },
    expect: { status: 201, contains: { session: { user_metadata: { email: 'Kept.As@Sent.test' } } } },
  },
  ...[5, null, '', 'not an address', ['a@b.c'], { a: 1 }].map((email): Row => ({
    name: `user_metadata.email ${JSON.stringify(email)} is metadata like any other`,
    rule: 'Documentation: user_metadata is free',
    request: { json: { user_metadata: { email } } },
    expect: { status: 201, contains: { session: { contact_id: null, user_metadata: { email } } } },
  })),
  ...['not an address', '', '@', 'a@', '@b', 'a b@c'].map((contact_email): Row => ({
    name: `contact_email ${JSON.stringify(contact_email)} is refused`,
    rule,
    request: { json: { contact_email } },
    expect: { status: 400, error: [/contact_email/, /e-mail/] },
  })),
  {
    name: '200 first sessions at once have one contact between them',
    rule: 'Create: exactly one contact under 200 concurrent first sessions',
    request: { json: { name: 'crowd', contact_email: 'Crowd@contacts.test' }, times: 200 },
    expect: {
      status: 201,
      check: ({ answers }) => {
        expect(new Set(answers.map((answer) => sessionOf(answer).contact_id)).size).toBe(1);
      },
    },
    then: [
      {
        request: (context) => ({
          query: { contactId: sessionOf(last(context)).contact_id ?? '', limit: '1' },
        }),
        expect: {
          status: 200,
          eventually: true,
          check: async (context) => {
            expect(listOf(last(context)).total).toBe(200);
            const { rows } = await context.world.database.query(
              'SELECT FROM contacts WHERE project_id = $1 AND email = $2',
              [context.world.tenants.main.uuid, 'crowd@contacts.test'],
            );
            expect(rows).toHaveLength(1);
          },
        },
      },
    ],
  },
  {
    name: 'a contact made by an address can be listed by',
    rule: 'Documentation: contactId',
    request: { json: { contact_email: 'listed@contacts.test' } },
    expect: { status: 201 },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: (context) => ({ query: { contactId: sessionOf(last(context)).contact_id ?? '' } }),
        expect: (context) => ({ status: 200, contains: { total: 1, sessions: [{ id: lastId(context) }] } }),
      },
    ],
  },
];
