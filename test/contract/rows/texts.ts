import { last, sessionOf } from '../harness/matchers';
import { lastId } from '../harness/run-row';
import type { Row } from '../harness/row';

interface Place {
  /** As error sentences call it. */
  field: string;
  /** A body that has the value there. */
  body: (value: unknown) => object;
  /** Whether null says that there is no value. */
  nullable?: boolean;
}

const message = { role: 'user', content: 'x' };
const top = (field: string): Place => ({ field, body: (value) => ({ [field]: value }), nullable: true });
const list = (kind: string): Place => ({
  field: `linked_entities.${kind}[0]`,
  body: (value) => ({ linked_entities: { [kind]: [value] } }),
});

const PLACES: Place[] = [
  ...['name', 'description', 'contact_id', 'user_id', 'page_url', 'page_title'].map(top),
  { ...top('contact_email'), body: (value) => ({ contact_email: value }) },
  { field: 'external_source', body: (value) => ({ external_source: value, external_id: 'text-1' }) },
  { field: 'external_id', body: (value) => ({ external_source: 'texts', external_id: value }) },
  {
    field: 'messages[1].content',
    body: (value) => ({ messages: [message, { role: 'user', content: value }] }),
  },
  ...['companies', 'issues', 'knowledge_sources', 'product_scopes'].map(list),
];

const UNSTORABLE = [
  { what: 'U+0000', text: 'a\u0000b@c', allowed: /U\+0000/ },
  { what: 'the first half of a surrogate pair', text: 'a\ud800@c', allowed: /surrogate|Unicode/i },
  { what: 'the second half of a surrogate pair', text: '\udc00a@c', allowed: /surrogate|Unicode/i },
];

/** `messages[1].content` as a pattern. */
const named = (field: string): RegExp => new RegExp(field.replace(/[[\].]/g, '\\$&'));

/** Everywhere that a text may stand: its type, null, and characters that cannot be stored. */
export const texts: Row[] = [
  ...PLACES.flatMap(({ field, body, nullable }): Row[] => [
    ...[1, true, ['x'], { x: 1 }].map((value): Row => ({
      name: `${field} ${JSON.stringify(value)} is refused`,
      rule: 'Requests: bad input',
      request: { json: body(value) },
      expect: { status: 400, error: [named(field), /string/] },
    })),
    ...UNSTORABLE.map(({ what, text, allowed }): Row => ({
      name: `${what} in ${field} is refused`,
      rule: 'Requests: U+0000 and lone surrogates',
      request: { json: body(text) },
      // An e-mail address may be refused as a whole.
      expect: {
        status: 400,
        error: [named(field), field === 'contact_email' ? /e-mail|U\+0000|surrogate/ : allowed],
      },
    })),
    nullable
      ? {
          name: `${field} null is no value`,
          rule: 'Decided: null for nullable texts',
          request: { json: body(null) },
          expect: {
            status: 201,
            contains: {
              session: ['user_id', 'contact_email'].includes(field)
                ? { contact_id: null }
                : { [field]: null },
            },
          },
        }
      : {
          name: `${field} null is refused`,
          rule: 'Requests: bad input',
          request: { json: body(null) },
          expect: { status: 400, error: [named(field), /string|null/] },
        },
  ]),
  ...['user_metadata', 'custom_fields'].flatMap((field) =>
    UNSTORABLE.flatMap(({ what, text, allowed }): Row[] => [
      {
        name: `${what} in a value of ${field} is refused`,
        rule: 'Requests: U+0000 and lone surrogates',
        request: { json: { [field]: { deep: ['x', { note: text }] } } },
        expect: { status: 400, error: [named(`${field}.deep[1].note`), allowed] },
      },
      {
        name: `${what} in a key of ${field} is refused`,
        rule: 'Requests: U+0000 and lone surrogates',
        request: { json: { [field]: { [text]: 1 } } },
        expect: { status: 400, error: [named(field), allowed] },
      },
    ]),
  ),
  ...[
    ['emoji and their joins', '👩‍👩‍👧‍👦 🇩🇪 👍🏽'],
    ['right to left', 'مرحبا שלום'],
    ['Chinese and Japanese', '登录 ログイン'],
    ['line breaks and tabs', 'a\r\nb\tc\u2028d'],
    ['markup', '<script>alert(1)</script> &amp; &lt;'],
    ['SQL', "Robert'); DROP TABLE sessions; -- $1 \\"],
    ['backslashes and quotes', '\\u0000 "quoted" \\\\ {"a":1} {NULL}'],
    ['control characters', '\u0001\u001f\u007f\u0085'],
    ['decomposed letters', 'e\u0301 \u00e9'],
  ].map(([what = '', text = '']): Row => ({
    name: `${what} come back as they were sent`,
    rule: 'Requests: never loses anything silently',
    request: {
      json: {
        name: text,
        description: text,
        page_title: text,
        user_id: text,
        contact_id: text,
        custom_fields: { [text]: text },
        linked_entities: { issues: [text] },
        messages: [{ role: 'user', content: `.${text}.` }],
      },
    },
    expect: { status: 201 },
    then: [
      {
        prepare: (context) => context.world.untilPersisted(lastId(context)),
        request: (context) => ({ path: `/api/sessions/${lastId(context)}` }),
        expect: (context) => ({
          status: 200,
          contains: {
            session: {
              name: text,
              description: text,
              page_title: text,
              user_metadata: { userId: text },
              contact_id: text,
              custom_fields: { [text]: text },
              linked_entities: { issues: [text] },
            },
            messages: [{ content: `.${text}.` }],
          },
          check: (then) => {
            expect(sessionOf(last(then))).toEqual(sessionOf(last(context)));
          },
        }),
      },
    ],
  })),
];
