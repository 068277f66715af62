import { Validator } from '@seriousme/openapi-schema-validator';
import {
  BodyValidator,
  CreateSessionDto,
  DEFAULT_LIMITS,
  LIST_PARAMETERS,
  parseListQuery,
} from '@sessions/contract';
import { parseConfiguration } from '@sessions/runtime';
import { Ajv2020 } from 'ajv/dist/2020';
import { limitsOf } from '../sessions/create/session-validator';
import { openApiDocument } from './openapi-document';
import type { OpenApiDocument } from './openapi-document';

interface MediaType {
  schema: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}

const configured = (settings: Record<string, string> = {}) =>
  parseConfiguration({ DATABASE_URL: 'postgres://localhost/none', ...settings });

const document = openApiDocument(configured());

/** Every object in a value that a test accepts, with its path. */
function* find(value: unknown, wanted: (object: object) => boolean, at = '#'): Generator<[string, object]> {
  if (typeof value !== 'object' || value === null) return;
  if (wanted(value)) yield [at, value];
  for (const [key, child] of Object.entries(value)) yield* find(child, wanted, `${at}/${key}`);
}

function mediaTypes(from: OpenApiDocument): [string, MediaType][] {
  return [...find(from, (object) => 'schema' in object)] as [string, MediaType][];
}

/** What is wrong with a value by a schema of the document, whose keywords must all be standard; null when nothing. */
function problemsOf(schema: object, value: unknown): unknown {
  const text = JSON.stringify({ ...schema, $defs: document.components.schemas });
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    strictRequired: false,
    validateFormats: false,
  });
  const validate = ajv.compile(JSON.parse(text.replaceAll('#/components/schemas/', '#/$defs/')) as object);
  return validate(value) ? null : validate.errors;
}

const bodyExamples = (operation: string) =>
  mediaTypes(document)
    .filter(([at]) => at.includes(operation) && at.includes('/requestBody/') && at.endsWith('json'))
    .flatMap(([, media]) => Object.values(media.examples ?? {}).map(({ value }) => value));

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const result = await validator.validate(structuredClone(document) as unknown as Record<string, unknown>);
    expect(result).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
  });

  it('points only to components that it has', () => {
    const text = JSON.stringify(document);
    for (const [, target = ''] of text.matchAll(/"\$ref":"#([^"]+)"/g)) {
      const found = target
        .split('/')
        .slice(1)
        .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document);
      expect({ target, found: found !== undefined }).toEqual({ target, found: true });
    }
  });

  it.each(Object.keys(document.components.schemas ?? {}))('has a schema %s of standard keywords', (name) => {
    expect(() => problemsOf({ $ref: `#/components/schemas/${name}` }, {})).not.toThrow();
  });

  it.each(mediaTypes(document).filter(([, media]) => 'example' in media || 'examples' in media))(
    'has examples that their schema accepts: %s',
    (_at, { schema, example, examples }) => {
      const values = examples === undefined ? [example] : Object.values(examples).map(({ value }) => value);
      for (const value of values) expect(problemsOf(schema, value)).toBeNull();
    },
  );

  it('has bodies as examples that the API accepts', () => {
    const validator = new BodyValidator(CreateSessionDto, DEFAULT_LIMITS);
    const bodies = bodyExamples('#/paths//api/sessions/post');
    const batches = bodyExamples('#/paths//api/sessions/batch') as (object[] | { sessions: object[] })[];
    const items = batches.flatMap((batch) => (Array.isArray(batch) ? batch : batch.sessions));
    expect([bodies.length, items.length]).toEqual([2, 4]);
    for (const body of [...bodies, ...items]) expect(validator.check(body)).toEqual({ valid: true });
  });

  it('has the sentences of the API for a wrong body and a wrong parameter', () => {
    const body = { tags: ['bugs'], messages: [{ role: 'user', content: ' ' }] };
    const verdict = new BodyValidator(CreateSessionDto, DEFAULT_LIMITS).check(body);
    const { details } = badRequestOf('/api/sessions', 'post');
    expect(verdict).toEqual({ valid: false, details: expect.arrayContaining(details) as unknown });
    expect(() => parseListQuery({ projectId: 'proj_xyz', limit: '0' })).toThrow(
      badRequestOf('/api/sessions', 'get').error,
    );
  });

  it('has every parameter of a list', () => {
    const parameters = document.paths['/api/sessions']?.get?.parameters as { name: string }[];
    const names = parameters.map(({ name }) => name);
    expect(names).toEqual(['projectId', ...Object.keys(LIST_PARAMETERS), 'X-Request-Id']);
  });

  it('describes every field of a body', () => {
    for (const name of ['CreateSession', 'CreateMessage', 'LinkedEntities']) {
      for (const [field, schema] of Object.entries(document.components.schemas?.[name]?.properties ?? {})) {
        expect([field, schema]).toEqual([
          field,
          expect.objectContaining({ description: expect.any(String) as string }),
        ]);
      }
    }
  });

  it('states the limits that are configured', () => {
    const configuration = configured({
      LIMIT_BODY_BYTES: '2048',
      LIMIT_BODY_VALUES: '5001',
      LIMIT_BATCH_BYTES: '4096',
      LIMIT_BATCH_VALUES: '6001',
      LIMIT_BATCH_SESSIONS: '7',
      LIMIT_MESSAGES: '11',
      LIMIT_MESSAGE_BYTES: '1500',
      LIMIT_TEXT_BYTES: '1700',
      LIMIT_METADATA_BYTES: '3072',
      LIMIT_LINKS: '13',
    });
    const { info, components } = openApiDocument(configuration);
    for (const limit of Object.values(limitsOf(configuration))) {
      expect(info.description).toMatch(new RegExp(`\\b${limit}\\b`));
    }
    const { CreateSession, CreateMessage, LinkedEntities } = components.schemas ?? {};
    expect(CreateSession).toMatchObject({
      properties: { messages: { maxItems: 11 }, name: { maxLength: 1700 } },
    });
    expect(CreateMessage).toMatchObject({ properties: { content: { maxLength: 1500 } } });
    expect(LinkedEntities).toMatchObject({ properties: { companies: { maxItems: 13 } } });
  });

  it.each([
    ['an unknown field', { nmae: 'x' }],
    ['a number for a name', { name: 1 }],
    ['null where there must be a value', { tags: null }],
    ['an unknown tag', { tags: ['bugs'] }],
    ['an unknown status', { status: 'open' }],
    ['half of an external record', { external_source: 'gong' }],
    ['a blank message', { messages: [{ role: 'user', content: ' ' }] }],
    ['a message without a role', { messages: [{ content: 'Hello' }] }],
    ['an unknown role', { messages: [{ role: 'system', content: 'Hello' }] }],
    ['an empty linked id', { linked_entities: { companies: [''] } }],
    ['too many linked ids', { linked_entities: { companies: Array<string>(101).fill('company') } }],
    ['an unknown kind of link', { linked_entities: { people: [] } }],
    ['an array', []],
  ])('refuses what the API refuses: %s', (_name, body) => {
    expect(new BodyValidator(CreateSessionDto, DEFAULT_LIMITS).check(body).valid).toBe(false);
    expect(problemsOf({ $ref: '#/components/schemas/CreateSession' }, body)).not.toBeNull();
  });

  it('allows null where the API does', () => {
    const body = { name: null, description: null, contact_id: null, page_url: null };
    expect(new BodyValidator(CreateSessionDto, DEFAULT_LIMITS).check(body).valid).toBe(true);
    expect(problemsOf({ $ref: '#/components/schemas/CreateSession' }, body)).toBeNull();
  });
});

function badRequestOf(path: string, method: string): { error: string; details: unknown[] } {
  const responses = document.paths[path]?.[method]?.responses as Record<
    string,
    { content: Record<string, MediaType> }
  >;
  return responses['400']?.content['application/json']?.example as { error: string; details: unknown[] };
}
