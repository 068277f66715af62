import 'reflect-metadata';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import fc from 'fast-check';
import { CreateSessionDto } from '../dto/create-session.dto';
import { DEFAULT_LIMITS } from '../limits';
import { anyBody, goodBody, nested } from '../testing/arbitrary-body';
import { BodyValidator } from './body-validator';
import { dtoSchemas } from './schemas';

const validator = new BodyValidator(CreateSessionDto, DEFAULT_LIMITS);

/** The verdict of the declarations themselves, as Nest's ValidationPipe would come to it. */
function classValidatorAccepts(body: object): boolean {
  const errors = validateSync(plainToInstance(CreateSessionDto, body), {
    whitelist: true,
    forbidNonWhitelisted: true,
  });
  return errors.length === 0;
}

const message = { role: 'user', content: 'x' };

describe('BodyValidator', () => {
  it('comes to the same verdict as class-validator on thousands of bodies, good and bad', () => {
    const verdicts = { good: 0, bad: 0 };
    fc.assert(
      fc.property(anyBody, (body) => {
        const { valid } = validator.check(body);
        expect({ body, valid }).toEqual({ body, valid: classValidatorAccepts(body) });
        verdicts[valid ? 'good' : 'bad'] += 1;
      }),
      { numRuns: 3000 },
    );
    expect(verdicts.good).toBeGreaterThan(300);
    expect(verdicts.bad).toBeGreaterThan(300);
  }, 120_000);

  it('accepts every body of the right shape', () => {
    fc.assert(fc.property(goodBody, (body) => expect(validator.check(body)).toEqual({ valid: true })));
  });

  it('never changes what it checks', () => {
    fc.assert(
      fc.property(anyBody, (body) => {
        const before = structuredClone(body);
        validator.check(body);
        expect(body).toEqual(before);
      }),
    );
  });

  it.each([null, [], 'abc', 1, true, undefined])('refuses the body %j, which is no object', (body) => {
    expect(validator.check(body)).toEqual({
      valid: false,
      details: [{ field: 'body', message: 'The body must be a JSON object.' }],
    });
  });

  it('refuses, rather than stumbles over, JSON of any depth', () => {
    const deep = JSON.parse(`{"custom_fields":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`) as unknown;
    expect(validator.check(deep)).toEqual({
      valid: false,
      details: [
        { field: 'custom_fields', message: 'custom_fields must not be nested deeper than 32 levels.' },
      ],
    });
  });

  it('lists every problem, but no more than 20', () => {
    const body = { name: 1, tags: 'bug', messages: [{ role: 'bot', content: '' }] };
    expect(problemsOf(body).map(({ field }) => field)).toEqual([
      'name',
      'tags',
      'messages[0].role',
      'messages[0].content',
    ]);
    expect(problemsOf({ messages: Array.from({ length: 50 }, () => ({ role: 'bot' })) })).toHaveLength(20);
  });

  it('checks 20,000 messages, and not one more', () => {
    const bad = validator.check({ messages: Array(20_000).fill({ role: 'user', content: '', foo: 1 }) });
    expect(bad).toMatchObject({ valid: false, details: { length: 20, 0: { field: 'messages[0].foo' } } });
    expect(validator.check({ messages: Array(20_000).fill(message) })).toEqual({ valid: true });
    expect(problemsOf({ messages: Array(20_001).fill(message) })).toEqual([
      { field: 'messages', message: 'messages must have at most 20000 items, not 20001.' },
    ]);
  });

  it('uses the limits that it was given', () => {
    const strict = new BodyValidator(CreateSessionDto, {
      ...DEFAULT_LIMITS,
      messages: 1,
      messageBytes: 3,
      textBytes: 5,
      metadataBytes: 10,
      links: 1,
      idBytes: 400,
    });
    expect(
      strict.check({
        name: '日本',
        user_metadata: { a: 1, b: 2 },
        linked_entities: { issues: ['a', 'b'] },
        messages: [message, { ...message, content: '😀' }],
      }),
    ).toMatchObject({
      details: [
        { message: 'name must be at most 5 bytes long.' },
        { message: 'user_metadata must be at most 10 bytes of JSON.' },
        { message: 'linked_entities.issues must have at most 1 items, not 2.' },
        { message: 'messages[1].content must be at most 3 bytes long.' },
        { message: 'messages must have at most 1 items, not 2.' },
      ],
    });
  });
});

describe('says of a body', () => {
  const tags = 'general_feedback, wins, losses, bug, feature_request, change_request';
  const sources = 'widget, slack, intercom, zendesk, gong, posthog, api, manual, github, fathom';

  const fields = Object.keys(dtoSchemas().CreateSessionDto?.properties as object).join(', ');

  const sentences: [object, string][] = [
    [{ title: 'x' }, `title is not a field that a session can have; it can have ${fields}.`],
    [
      { linked_entities: { company: [] } },
      'linked_entities.company is not a field that linked_entities can have; it can have companies, issues, knowledge_sources, product_scopes.',
    ],
    [
      { messages: [message, { ...message, id: 1 }] },
      'messages[1].id is not a field that messages[1] can have; it can have role, content, created_at, sender_type.',
    ],
    [{ name: 1 }, 'name must be a string.'],
    [{ tags: 'bug' }, 'tags must be an array.'],
    [{ user_metadata: [] }, 'user_metadata must be a JSON object.'],
    [{ messages: [null] }, 'messages[0] must be a JSON object.'],
    [{ messages: ['hello'] }, 'messages[0] must be a JSON object.'],
    [{ messages: [{ content: 'x' }] }, 'messages[0].role is required.'],
    [{ messages: [{ role: 'user' }] }, 'messages[0].content is required.'],
    [{ status: 'open' }, 'status must be one of active, closed, not "open".'],
    [{ source: 'email' }, `source must be one of ${sources}, not "email".`],
    [{ session_type: 'call' }, 'session_type must be one of chat, meeting, behavioral, not "call".'],
    [{ tags: ['bug', 'bugs'] }, `tags[1] must be one of ${tags}, not "bugs".`],
    [{ tags: ['x'.repeat(101)] }, `tags[0] must be one of ${tags}, not "${'x'.repeat(100)}…".`],
    [
      { messages: [{ ...message, role: 'bot' }] },
      'messages[0].role must be one of user, assistant, not "bot".',
    ],
    [
      { messages: [{ ...message, sender_type: 'bot' }] },
      'messages[0].sender_type must be one of user, ai, human_agent, system, not "bot".',
    ],
    [
      { messages: [message, { ...message, content: ' \n' }] },
      'messages[1].content must not be empty or only white space.',
    ],
    [
      { messages: [{ ...message, created_at: 'yesterday' }] },
      'messages[0].created_at must be an ISO 8601 date and time such as 2026-01-31T10:00:00.000Z.',
    ],
    [{ name: 'a\0' }, 'name must not contain the character U+0000.'],
    [{ name: '\ud800' }, 'name must be well-formed Unicode, without half of a surrogate pair.'],
    [{ user_metadata: { a: ['\0'] } }, 'user_metadata.a[0] must not contain the character U+0000.'],
    [{ custom_fields: { '\0': 1 } }, 'custom_fields has a key that must not contain the character U+0000.'],
    [
      { custom_fields: { n: 2 ** 53 } },
      'custom_fields.n is a number too large to be kept exactly; send it as a string.',
    ],
    [{ custom_fields: nested(33) }, 'custom_fields must not be nested deeper than 32 levels.'],
    [{ user_metadata: { a: 'x'.repeat(65_536) } }, 'user_metadata must be at most 65536 bytes of JSON.'],
    [
      { messages: [{ ...message, content: 'x'.repeat(262_145) }] },
      'messages[0].content must be at most 262144 bytes long.',
    ],
    ...['name', 'description', 'page_url', 'page_title', 'user_id'].map((field): [object, string] => [
      { [field]: 'x'.repeat(65_537) },
      `${field} must be at most 65536 bytes long.`,
    ]),
    [
      { external_source: 'é'.repeat(32_769), external_id: '1' },
      'external_source must be at most 65536 bytes long.',
    ],
    [
      { external_source: 'x', external_id: 'x'.repeat(65_537) },
      'external_id must be at most 65536 bytes long.',
    ],
    [
      { custom_fields: { ['k'.repeat(60_000)]: '\0' } },
      `custom_fields.${'k'.repeat(99)}… must not contain the character U+0000.`,
    ],
    [{ linked_entities: { issues: [''] } }, 'linked_entities.issues[0] must not be empty.'],
    [
      { linked_entities: { companies: Array(101).fill('x') } },
      'linked_entities.companies must have at most 100 items, not 101.',
    ],
    [{ contact_email: 'jane' }, 'contact_email must be an e-mail address.'],
    [{ external_id: '1' }, 'external_id needs external_source beside it: both name the external record.'],
    [{ external_source: 'x' }, 'external_source needs external_id beside it: both name the external record.'],
  ];

  it.each(sentences.map(([body, sentence]) => ({ body, sentence })))('$sentence', ({ body, sentence }) => {
    expect(problemsOf(body)).toEqual([{ field: sentence.split(' ', 1)[0], message: sentence }]);
  });
});

function problemsOf(body: unknown) {
  const verdict = validator.check(body);
  return verdict.valid ? [] : verdict.details;
}
