import type { FastifyRequest } from 'fastify';
import { JsonBody } from './json-body';

describe('JsonBody.take', () => {
  it('gives the text and the value, and leaves nothing of them on the request', () => {
    const request = { body: JsonBody.parse('{"name":"x"}', 10) } as unknown as FastifyRequest;
    expect(JsonBody.take(request)).toMatchObject({ text: '{"name":"x"}', value: { name: 'x' } });
    expect(request.body).toBeUndefined();
  });

  it('refuses a request without a JSON body', () => {
    expect(() => JsonBody.take({ body: undefined } as FastifyRequest)).toThrow('The body must be JSON');
  });
});
