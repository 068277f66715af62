import type { AuthenticatedRequest } from '@sessions/access';
import { fastify } from 'fastify';
import type { FastifyReply } from 'fastify';
import { serveDirectly } from './direct-route';
import type { DirectRoute } from './direct-route';

class Echo implements DirectRoute {
  static readonly method = 'GET';
  static readonly path = '/echo/:word';

  async handle({ params, access }: AuthenticatedRequest, reply: FastifyReply): Promise<object> {
    void reply.code(201);
    return Promise.resolve({ params, project: access.projectId });
  }
}

describe('serveDirectly', () => {
  const access = { projectId: 'p', project: 'proj_p', keyId: 'k', scopes: [] };

  it('answers with what the route resolves with', async () => {
    const server = fastify();
    server.addHook('onRequest', (request, _reply, done) => {
      Object.assign(request, { access });
      done();
    });
    serveDirectly(server, Echo, new Echo());
    const answer = await server.inject('/echo/hi');
    expect(answer.statusCode).toBe(201);
    expect(answer.json()).toEqual({ params: { word: 'hi' }, project: 'p' });
    expect((await server.inject({ method: 'POST', url: '/echo/hi' })).statusCode).toBe(404);
  });

  it('lets nobody in whom nothing admitted', async () => {
    const server = fastify();
    serveDirectly(server, Echo, new Echo());
    expect((await server.inject('/echo/hi')).statusCode).toBe(500);
  });
});
