import { BodyValidator, CreateSessionDto, DEFAULT_LIMITS } from '@sessions/contract';
import Fastify from 'fastify';
import { openQueue } from './limit-queue';

/** The least that an API can do with a batch: its lines parsed, validated by Ajv, and put into BullMQ as one job. */
async function main(): Promise<void> {
  const add = await openQueue(process.env);
  const validator = new BodyValidator(CreateSessionDto, DEFAULT_LIMITS);
  const server = Fastify({ bodyLimit: 64 * 1024 * 1024 });
  server.addContentTypeParser('application/x-ndjson', { parseAs: 'string' }, (_request, body, done) => {
    done(null, body);
  });
  server.post<{ Body: string }>('/', async (request, reply) => {
    const sessions = request.body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
    if (!sessions.every((session) => validator.check(session).valid)) return reply.code(400).send();
    await add(sessions);
    return reply.code(207).send({ accepted: sessions.length });
  });
  process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
}

void main();
