import Fastify from 'fastify';
import { openQueue } from './limit-queue';

/**
 * The least that an API can do to answer durably: a bare Fastify route, no key and no validation, whose body goes into
 * BullMQ. What arrives within `GATHER_MS` shares a job; 0 makes a job of every request.
 */
async function main(): Promise<void> {
  const add = await openQueue(process.env);
  const gatherMs = Number(process.env.GATHER_MS);
  let bodies: unknown[] = [];
  let gathering: Promise<void> | undefined;

  const addGathered = async (): Promise<void> => {
    await new Promise((done) => setTimeout(done, gatherMs));
    const gathered = bodies;
    bodies = [];
    gathering = undefined;
    await add(gathered);
  };
  const accept = (body: unknown): Promise<void> => {
    if (gatherMs === 0) return add([body]);
    bodies.push(body);
    return (gathering ??= addGathered());
  };

  const server = Fastify();
  server.post('/', async (request, reply) => {
    await accept(request.body);
    return reply.code(201).send({ accepted: true });
  });
  process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
}

void main();
