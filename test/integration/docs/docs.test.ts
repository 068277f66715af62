import { startProduct } from '../../support/product';
import type { Product } from '../../support/product';

interface Response {
  $ref?: string;
  content: Record<string, { example?: ErrorBody; examples?: Record<string, { value: ErrorBody }> }>;
}

interface ErrorBody {
  error: string;
}

interface Document {
  openapi: string;
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>;
  components: { responses: Record<string, Response> };
}

let product: Product;
let document: Document;

beforeAll(async () => {
  product = await startProduct({ queue: 'postgres', search: 'postgres', workers: 0 });
  document = (await (await open('/api/openapi.json')).json()) as Document;
}, 60_000);

afterAll(() => product.stop(), 60_000);

/** A request without a key. */
function open(path: string, init?: RequestInit) {
  return fetch(new URL(path, product.url), init);
}

/** The sentences that the document has for an answer. */
function sentences(path: string, method: string, status: number): string[] {
  const found = document.paths[path]?.[method]?.responses[status];
  const name = found?.$ref?.split('/').at(-1);
  const response = name === undefined ? found : document.components.responses[name];
  const { example, examples = {} } = response?.content['application/json'] ?? {};
  const bodies = [...(example ? [example] : []), ...Object.values(examples).map(({ value }) => value)];
  return bodies.map(({ error }) => error);
}

describe('the OpenAPI document', () => {
  it('is served without a key', async () => {
    const response = await open('/api/openapi.json');
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  const LIST = '/api/sessions';
  const GET = '/api/sessions/{sessionId}';
  const post = (body: string, headers: Record<string, string> = {}) => ({ method: 'POST', body, headers });
  const noBearer = { headers: { authorization: 'Basic eHg=' } };
  const badKey = { headers: { authorization: `Bearer hiss_${'x'.repeat(48)}` } };

  it.each<[number, string, string, string, RequestInit]>([
    [400, LIST, 'get', '/api/sessions?limit=0', {}],
    [400, GET, 'get', '/api/sessions/sess_abc123?projectId=', {}],
    [400, '/api/sessions/batch', 'post', '/api/sessions/batch', post('{}')],
    [401, LIST, 'get', '/api/sessions', noBearer],
    [401, LIST, 'get', '/api/sessions', badKey],
    [403, LIST, 'get', '/api/sessions?projectId=proj_xyz', {}],
    [404, GET, 'get', '/api/sessions/sess_abc123', {}],
    [413, LIST, 'post', '/api/sessions', post(`"${'x'.repeat(10 * 1024 * 1024)}"`)],
    [415, LIST, 'post', '/api/sessions', post('x', { 'content-type': 'text/plain' })],
    [415, LIST, 'post', '/api/sessions', post('{}', { 'content-encoding': 'zstd' })],
  ])('says for a %i what the API says: %s %s %s', async (status, path, method, address, init) => {
    const response = await product.request(address, init);
    expect(response.status).toBe(status);
    expect(sentences(path, method, status)).toContain(((await response.json()) as ErrorBody).error);
  });

  it('says for a missing key what the API says', async () => {
    const { error } = (await (await open('/api/sessions')).json()) as ErrorBody;
    expect(sentences(LIST, 'get', 401)).toContain(error);
  });

  it('says for a reused idempotency key what the API says', async () => {
    await product.request('/api/sessions', post('{}', { 'idempotency-key': 'once' }));
    const response = await product.request(
      '/api/sessions',
      post('{"name":"x"}', { 'idempotency-key': 'once' }),
    );
    expect(response.status).toBe(422);
    expect(sentences(LIST, 'post', 422)).toContain(((await response.json()) as ErrorBody).error);
  });
});

describe('the page', () => {
  it('is served without a key, and loads nothing from elsewhere', async () => {
    const response = await open('/docs');
    const html = await response.text();
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).not.toMatch(/https?:\/\//);
    const files = [...html.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(files).toHaveLength(4);
    for (const file of files) {
      const loaded = await open(file);
      expect([file, loaded.status]).toEqual([file, 200]);
      expect((await loaded.arrayBuffer()).byteLength).toBeGreaterThan(100);
    }
  });

  it('shows the document of this server, and to nobody else', async () => {
    const script = await (await open('/docs/start.js')).text();
    expect(script).toContain("url: '/api/openapi.json'");
    expect(script).toContain('validatorUrl: null');
  });

  it.each(['/docs/package.json', '/docs/..%2fpackage.json', '/docs/start.js/x'])(
    'has nothing at %s',
    async (path) => {
      const response = await open(path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: expect.any(String) as string });
    },
  );

  it('cannot be posted to', async () => {
    const response = await open('/docs', { method: 'POST' });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
