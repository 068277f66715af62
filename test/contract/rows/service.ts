import { last } from '../harness/matchers';
import type { Context, Row } from '../harness/row';

/** A parameter, or where it stands: `{ "$ref": "#/components/parameters/…" }`. */
interface Parameter {
  name?: string;
  $ref?: string;
}

interface OpenApi {
  openapi: string;
  components: { parameters?: Record<string, Parameter> };
  paths: Record<string, Record<string, { parameters?: Parameter[]; responses?: Record<string, unknown> }>>;
}

const open = (path: string) => ({ path, authorization: null, projectId: null });
const document = (context: Context) => last(context).json as OpenApi;
const LIST_PARAMETERS = [
  'projectId',
  'search',
  'sessionId',
  'name',
  'status',
  'source',
  'tags',
  'dateFrom',
  'dateTo',
  'showArchived',
  'isHumanTakeover',
  'isAnalyzed',
  'companyId',
  'contactId',
  'productScopeIds',
  'limit',
  'offset',
  'cursor',
  'stats',
];
const CREATE_FIELDS = [
  'name',
  'description',
  'status',
  'source',
  'session_type',
  'contact_id',
  'contact_email',
  'user_id',
  'user_metadata',
  'page_url',
  'page_title',
  'tags',
  'custom_fields',
  'linked_entities',
  'messages',
  'external_source',
  'external_id',
  'created_at',
  'sender_type',
];

/** A row for something that the OpenAPI document must say. */
function documented(name: string, check: (context: Context) => void): Row {
  return {
    name,
    rule: 'Issue: OpenAPI 3.1 document',
    request: open('/api/openapi.json'),
    expect: { status: 200, check },
  };
}

/** Health and the API's own documentation, which need no key. */
export const service: Row[] = [
  {
    name: 'it says that it is alive',
    rule: 'Issue: healthz',
    request: open('/api/healthz'),
    expect: { status: 200 },
  },
  {
    name: 'it says that database, queue and search are ready',
    rule: 'Issue: readyz, each named',
    request: open('/api/readyz'),
    expect: {
      status: 200,
      check: (context) => {
        for (const part of ['database', 'queue', 'search']) expect(last(context).text).toContain(part);
      },
    },
  },
  {
    name: 'there is a page for people',
    rule: 'Issue: /docs',
    request: open('/docs'),
    expect: { status: 200, headers: { 'content-type': /^text\/html/ } },
  },
  documented('it is OpenAPI 3.1', (context) => expect(document(context).openapi).toMatch(/^3\.1/)),
  documented('it has every route', (context) => {
    const { paths } = document(context);
    expect(paths['/api/sessions']).toMatchObject({ get: {}, post: {} });
    expect(paths['/api/sessions/batch']).toMatchObject({ post: {} });
    expect(paths['/api/sessions/{sessionId}']).toMatchObject({ get: {} });
  }),
  documented('it has every parameter of a list and no other', (context) => {
    const { paths, components } = document(context);
    const names = (paths['/api/sessions']?.get?.parameters ?? [])
      .map(({ name, $ref }) => name ?? components.parameters?.[$ref?.split('/').at(-1) ?? '']?.name)
      .filter((name) => name !== undefined && !/^(x-request-id|authorization)$/i.test(name));
    expect(names.sort()).toEqual([...LIST_PARAMETERS].sort());
  }),
  documented('it has every field of a create', (context) => {
    for (const field of CREATE_FIELDS) expect(last(context).text).toContain(`"${field}"`);
  }),
  documented('it states every limit', (context) => {
    for (const limit of [
      /10 MiB|10485760/,
      /20,?000/,
      /256 KiB|262144/,
      /64 KiB|65536/,
      /\b100\b/,
      /10,?000/,
      /64 MiB|67108864/,
    ]) {
      expect(last(context).text).toMatch(limit);
    }
  }),
  documented('it has every error of a create', (context) => {
    const responses = document(context).paths['/api/sessions']?.post?.responses ?? {};
    for (const status of ['200', '201', '400', '401', '403', '409', '413', '415', '422', '429', '503']) {
      expect(Object.keys(responses)).toContain(status);
    }
  }),
  documented('it has the idempotency key', (context) =>
    expect(last(context).text).toContain('Idempotency-Key'),
  ),
];
