import { isAlive } from '../../apps/cli/src/start/embedded-postgres';
import { isInstalled, startPostgres, startRedis } from './servers';
import type { TestServer } from './servers';

const kinds: [string, () => Promise<TestServer>][] = [['Postgres', startPostgres]];
if (isInstalled('redis-server')) kinds.push(['Redis', startRedis]);

describe.each(kinds)('a %s of a test of its own', (_, start) => {
  it('can be crashed when it has ended already, and comes back', async () => {
    const server = await start();
    await server.crash();
    await server.crash();
    expect(isAlive(server.pid)).toBe(false);
    await server.restart();
    expect(isAlive(server.pid)).toBe(true);
    await server.crash();
  });
});
