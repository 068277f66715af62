import type { Context, Row } from '../harness/row';

const session = { name: 'auth' };
const noKey = { status: 401, error: [/key/i, /Authorization/, /Bearer/] };
const badKey = { status: 401, error: [/key/i] };
const forbidden = { status: 403, error: [/key/i, /project/] };
const foreign = ({ world }: Context) => world.tenants.other.projectId;

/** 401, 400, 403 and 404, and which of them goes first. */
export const auth: Row[] = [
  {
    name: 'a request without a key is refused',
    rule: 'Errors: 401',
    request: { authorization: null },
    expect: noKey,
  },
  {
    name: 'an empty Authorization header is refused',
    rule: 'Errors: 401',
    request: { authorization: '' },
    expect: { status: 401, error: [/key/i] },
  },
  {
    name: 'a scheme without a key is refused',
    rule: 'Errors: 401',
    request: { authorization: 'Bearer' },
    expect: noKey,
  },
  {
    name: 'a key without a scheme is refused',
    rule: 'Errors: 401',
    request: ({ world }) => ({ authorization: world.tenants.main.key }),
    expect: noKey,
  },
  {
    name: 'another scheme is refused',
    rule: 'Errors: 401',
    request: { authorization: 'Basic aGlzc186' },
    expect: noKey,
  },
  {
    name: 'an unknown key of the right shape is refused',
    rule: 'Errors: 401',
    request: { authorization: `Bearer hiss_${'A'.repeat(48)}` },
    expect: badKey,
  },
  {
    name: 'a key of another shape is refused',
    rule: 'Errors: 401',
    request: { authorization: 'Bearer sk_live_1' },
    expect: badKey,
  },
  {
    name: 'a key in the query string is no key',
    rule: 'Documentation: Authentication',
    request: ({ world }) => ({ authorization: null, query: { apiKey: world.tenants.main.key } }),
    expect: noKey,
  },
  {
    name: 'a revoked key is refused',
    rule: 'Errors: 401',
    request: ({ world }) => ({ authorization: `Bearer ${world.keys.revoked}` }),
    expect: badKey,
  },
  {
    name: 'an expired key is refused',
    rule: 'Errors: 401',
    request: ({ world }) => ({ authorization: `Bearer ${world.keys.expired}` }),
    expect: badKey,
  },
  {
    name: 'a refused key is told how to authenticate',
    rule: 'Errors: 401',
    request: { authorization: null },
    expect: { ...noKey, headers: { 'www-authenticate': /^Bearer/ } },
  },
  ...['bearer', 'BEARER', 'bEaReR'].map((scheme): Row => ({
    name: `the scheme may be written ${scheme}`,
    rule: 'Requests: Bearer is case-insensitive',
    request: ({ world }) => ({ authorization: `${scheme} ${world.tenants.main.key}` }),
    expect: { status: 200 },
  })),
  {
    name: 'creating without a key is refused',
    rule: 'Errors: 401',
    request: { authorization: null, json: session },
    expect: noKey,
  },
  {
    name: 'getting without a key is refused',
    rule: 'Errors: 401',
    request: { authorization: null, path: '/api/sessions/sess_abc123' },
    expect: noKey,
  },
  {
    name: 'a batch without a key is refused',
    rule: 'Errors: 401',
    request: { authorization: null, path: '/api/sessions/batch', json: [session] },
    expect: noKey,
  },
  {
    name: '401 goes before 400 for a wrong parameter',
    rule: 'Requests: order of checks',
    request: { authorization: null, projectId: null, query: { limit: '0' } },
    expect: noKey,
  },
  {
    name: '401 goes before 400 for a malformed body',
    rule: 'Requests: order of checks',
    request: { authorization: null, raw: '{"name":' },
    expect: noKey,
  },
  {
    name: '401 goes before 404 for a path that cannot be decoded',
    rule: 'Requests: order of checks',
    request: { authorization: null, path: '/api/sessions/%ff' },
    expect: noKey,
  },
  {
    name: '401 goes before 404 for an id of any length',
    rule: 'Requests: order of checks',
    request: { authorization: null, path: `/api/sessions/${'x'.repeat(3000)}` },
    expect: noKey,
  },
  {
    name: '401 goes before 415',
    rule: 'Requests: order of checks',
    request: { authorization: null, raw: 'name', headers: { 'content-type': 'text/plain' } },
    expect: noKey,
  },
  {
    name: '401 goes before 403',
    rule: 'Requests: order of checks',
    request: (context) => ({ authorization: null, projectId: foreign(context) }),
    expect: noKey,
  },
  {
    name: '400 goes before 403 for a wrong parameter',
    rule: 'Requests: order of checks',
    request: (context) => ({ projectId: foreign(context), query: { limit: '0' } }),
    expect: { status: 400, error: [/limit/] },
  },
  {
    name: '400 goes before 403 for a cursor that no list gave out',
    rule: 'Requests: order of checks',
    request: (context) => ({ projectId: foreign(context), query: { cursor: 'abc' } }),
    expect: { status: 400, error: [/cursor/] },
  },
  {
    name: '400 goes before 403 for a wrong body',
    rule: 'Requests: order of checks',
    request: (context) => ({ projectId: foreign(context), json: { status: 'open' } }),
    expect: { status: 400, error: [/status/] },
  },
  {
    name: '403 goes before 404',
    rule: 'Requests: order of checks',
    request: (context) => ({ projectId: foreign(context), path: '/api/sessions/sess_abc123' }),
    expect: forbidden,
  },
  {
    name: '403 goes before 404 for an id of any length',
    rule: 'Requests: order of checks',
    request: (context) => ({ projectId: foreign(context), path: `/api/sessions/${'x'.repeat(3000)}` }),
    expect: forbidden,
  },
  {
    name: '400 goes before 403 for a project that no text can be',
    rule: 'Requests: bad input never gives 500',
    request: { projectId: null, query: 'projectId=%00' },
    expect: { status: 400, error: [/projectId/, /U\+0000/] },
  },
  {
    name: 'listing another project is forbidden',
    rule: 'Errors: 403',
    request: (context) => ({ projectId: foreign(context) }),
    expect: forbidden,
  },
  {
    name: 'creating in another project is forbidden',
    rule: 'Errors: 403',
    request: (context) => ({ projectId: foreign(context), json: session }),
    expect: forbidden,
  },
  {
    name: 'a batch for another project is forbidden',
    rule: 'Errors: 403',
    request: (context) => ({ projectId: foreign(context), path: '/api/sessions/batch', json: [session] }),
    expect: forbidden,
  },
  {
    name: "getting another project's session in that project is forbidden",
    rule: 'Errors: 403',
    request: (context) => ({
      projectId: foreign(context),
      path: `/api/sessions/${context.world.foreignSession}`,
    }),
    expect: forbidden,
  },
  {
    name: 'a project that does not exist is forbidden like any other',
    rule: 'Errors: 403',
    request: { projectId: 'proj_01h455vb4pex5vsknk084sn02q' },
    expect: forbidden,
  },
  ...['abc', '1', "'; DROP TABLE sessions; --", 'proj_', '\u0000', 'x'.repeat(2000)].map((id): Row => ({
    name: `the project ${JSON.stringify(id.slice(0, 30))} is forbidden, not an error`,
    rule: 'Errors: 403; decided: a malformed projectId',
    request: { projectId: id },
    expect: id === '\u0000' ? { status: [400, 403], error: [/project/] } : forbidden,
  })),
  ...(
    [
      ['listing', {}],
      ['creating', { json: session }],
      ['getting', { path: '/api/sessions/sess_abc123' }],
      ['a batch', { path: '/api/sessions/batch', json: [session] }],
    ] as const
  ).flatMap(([what, request]): Row[] => [
    {
      name: `${what} without projectId is refused`,
      rule: 'Errors: 400, missing projectId',
      request: { ...request, projectId: null },
      expect: { status: 400, error: [/projectId/, /required/] },
    },
    {
      name: `${what} with an empty projectId is refused`,
      rule: 'Errors: 400, missing projectId',
      request: { ...request, projectId: '' },
      expect: { status: 400, error: [/projectId/] },
    },
    {
      name: `${what} with two projectIds is refused`,
      rule: 'Requests: duplicate query parameters',
      request: { ...request, query: 'projectId=proj_2' },
      expect: { status: 400, error: [/projectId/, /once/] },
    },
  ]),
  {
    name: 'a key that may only read lists',
    rule: 'Issue: scopes',
    request: ({ world }) => ({ authorization: `Bearer ${world.keys.reader}` }),
    expect: { status: 200 },
  },
  {
    name: 'a key that may only read does not create',
    rule: 'Issue: scopes',
    request: ({ world }) => ({ authorization: `Bearer ${world.keys.reader}`, json: session }),
    expect: { status: 403, error: [/key/i, /write/] },
  },
  {
    name: 'a key that may only read sends no batch',
    rule: 'Issue: scopes',
    request: ({ world }) => ({
      authorization: `Bearer ${world.keys.reader}`,
      path: '/api/sessions/batch',
      json: [session],
    }),
    expect: { status: 403, error: [/key/i, /write/] },
  },
  {
    name: 'a key that may only write creates',
    rule: 'Issue: scopes',
    request: ({ world }) => ({ authorization: `Bearer ${world.keys.writer}`, json: session }),
    expect: { status: 201 },
  },
  {
    name: 'a key that may only write does not list',
    rule: 'Issue: scopes',
    request: ({ world }) => ({ authorization: `Bearer ${world.keys.writer}` }),
    expect: { status: 403, error: [/key/i, /read/] },
  },
  {
    name: 'a key that may only write does not get',
    rule: 'Issue: scopes',
    request: ({ world }) => ({
      authorization: `Bearer ${world.keys.writer}`,
      path: '/api/sessions/sess_abc123',
    }),
    expect: { status: 403, error: [/key/i, /read/] },
  },
];
