import Fastify from 'fastify';
import { Pool } from 'pg';
import { FIND_JSON } from '../../../libs/storage/src/sessions/found-session';
import type { FoundRow } from '../../../libs/storage/src/sessions/found-session';

/** The product's own SQL for a session and its messages, by pg in a bare Fastify route, which answers with its texts. */
async function main(): Promise<void> {
  const pool = new Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
  const server = Fastify();
  server.get<{ Params: { id: string } }>('/:id', async (request) => {
    const values = [process.env.PROJECT_UUID, request.params.id];
    const { rows } = await pool.query<FoundRow>({ ...FIND_JSON, values });
    return `${rows[0]?.listed}${rows[0]?.messages}`;
  });
  process.send?.({ url: await server.listen({ port: 0, host: '127.0.0.1' }) });
}

void main();
