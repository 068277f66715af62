import fc from 'fast-check';
import {
  MESSAGE_ROLES,
  SENDER_TYPES,
  SESSION_SOURCES,
  SESSION_STATUSES,
  SESSION_TAGS,
  SESSION_TYPES,
} from '../enums';

type Json = Record<string, unknown>;

/** Text that is stored as it is. */
const text = fc.string({ unit: 'grapheme', maxLength: 12 });
const id = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const content = id.filter((value) => value.trim() !== '');
const email = fc.constantFrom('jane@example.com', 'JANE+x@Example.co.uk', 'ü@例え.jp');
const instant = fc
  .date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true })
  .map((date) => date.toISOString());

/** Keys that class-transformer itself stumbles over are not its fault to show here. */
const key = fc.string({ maxLength: 5 }).filter((name) => !(name in Object.prototype));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc
      .double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 })
      .filter((number) => number === 0 || Math.abs(number) >= 1e-50),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('json'), { maxLength: 3 }),
    fc.dictionary(key, tie('json'), { maxKeys: 3 }),
  ),
}));
const object = fc.dictionary(key, json, { maxKeys: 4 });
const orNull = (arbitrary: fc.Arbitrary<unknown>) => fc.option(arbitrary, { freq: 4, nil: null });

const message = fc.record(
  {
    role: fc.constantFrom(...MESSAGE_ROLES),
    content,
    created_at: instant,
    sender_type: fc.constantFrom(...SENDER_TYPES),
  },
  { requiredKeys: ['role', 'content'] },
);

const links = fc.array(id, { maxLength: 3 });
const fields = fc.record(
  {
    name: orNull(text),
    description: orNull(text),
    status: fc.constantFrom(...SESSION_STATUSES),
    source: fc.constantFrom(...SESSION_SOURCES),
    session_type: fc.constantFrom(...SESSION_TYPES),
    contact_id: orNull(text),
    contact_email: orNull(email),
    user_id: orNull(text),
    user_metadata: object,
    page_url: orNull(text),
    page_title: orNull(text),
    tags: fc.array(fc.constantFrom(...SESSION_TAGS), { maxLength: 4 }),
    custom_fields: object,
    linked_entities: fc.record(
      { companies: links, issues: links, knowledge_sources: links, product_scopes: links },
      { requiredKeys: [] },
    ),
    messages: fc.array(message, { maxLength: 4 }),
  },
  { requiredKeys: [] },
);
const external = fc.option(fc.record({ external_source: id, external_id: id }), { nil: {} });

/** A body that creates a session. */
export const goodBody: fc.Arbitrary<Json> = fc
  .tuple(fields, external)
  .map(([given, pair]) => ({ ...given, ...pair }));

/** JSON objects inside each other, so many levels deep. */
export function nested(levels: number): Json {
  let value: Json = {};
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return value;
}

/** Values that are wrong, or just right, in one place or another. */
const hostile = fc.constantFrom<unknown>(
  ...[
    undefined,
    null,
    true,
    0,
    -1,
    1.5,
    2 ** 53,
    1e22,
    Infinity,
    '',
    ' ',
    '\n\t',
    '\uFEFF',
    'x',
    '\0',
    'a\0b',
  ],
  ...['\ud800', 'a\udc00', '😀', 'bug', 'user', 'Active', 'closed', '2026-02-30', '2026-02-28', 'soon'],
  ...['2026-01-31T10:00:00+02:00', '2026-01-31T25:00:00Z', '1', 'a@b', 'a b@c', '@', 'a@b@c', '\0@b'],
  ...[[], [[]], [null], [''], ['x'], ['bug', 'bug'], ['bug', 'Bug'], ['a', '\ud800'], ['a', 1], [{}]],
  ...[{}, { a: '\0' }, { '\ud800': 1 }, { a: [1, { b: 2 ** 60 }] }, { a: null }, { role: 'user' }],
  ...[{ role: 'user', content: 'x' }, [{ role: 'user', content: 'x', extra: 1 }], { companies: ['x'] }],
  ...[nested(32), nested(33), Array(100).fill('x'), Array(101).fill('x')],
  ...['x'.repeat(64 * 1024), 'x'.repeat(64 * 1024 + 1), 'é'.repeat(32 * 1024 + 1)],
  ...['x'.repeat(256 * 1024), 'x'.repeat(256 * 1024 + 1), 'é'.repeat(200_000)],
  ...[{ a: 'x'.repeat(65_536 - 8) }, { a: 'x'.repeat(65_536 - 7) }],
);

/** One place of a body, and what stands there instead of what did. */
interface Mutation {
  path: (string | number)[];
  value: unknown;
}

const place = fc.oneof(
  fc
    .constantFrom(
      ...[
        'name',
        'description',
        'status',
        'source',
        'session_type',
        'contact_id',
        'contact_email',
        'user_id',
      ],
      ...['user_metadata', 'page_url', 'page_title', 'tags', 'custom_fields', 'linked_entities', 'messages'],
      ...['external_source', 'external_id', 'sessionType', 'Name', 'message', ''],
    )
    .map((name) => [name]),
  fc.tuple(
    fc.constant('linked_entities'),
    fc.constantFrom('companies', 'issues', 'knowledge_sources', 'product_scopes', 'company'),
  ),
  fc.tuple(fc.constant('messages'), fc.nat(1)),
  fc.tuple(
    fc.constant('messages'),
    fc.nat(1),
    fc.constantFrom('role', 'content', 'created_at', 'sender_type', 'id', 'createdAt'),
  ),
  fc.tuple(fc.constant('tags'), fc.nat(1)),
);
const mutation: fc.Arbitrary<Mutation> = fc.record({ path: place, value: hostile });

function mutate(body: Json, { path, value }: Mutation): void {
  let target: Json = body;
  for (const step of path.slice(0, -1)) {
    const child = target[step];
    if (typeof child !== 'object' || child === null) return;
    target = child as Json;
  }
  const last = path.at(-1) ?? '';
  if (Array.isArray(target) && Number(last) > target.length) return;
  if (value === undefined && Array.isArray(target)) target.splice(Number(last), 1);
  else if (value === undefined) delete target[last];
  else target[last] = value;
}

/** A good body in which up to three places were overwritten, which may or may not make it a bad one. */
export const anyBody: fc.Arbitrary<Json> = fc
  .tuple(goodBody, fc.array(mutation, { maxLength: 3 }))
  .map(([body, mutations]) => {
    const mutated = structuredClone(body);
    for (const one of mutations) mutate(mutated, structuredClone(one));
    return mutated;
  });
