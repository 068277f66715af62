import { isAlive } from '../../../apps/cli/src/start/embedded-postgres';
import { eventually } from '../../support/eventually';
import { sendLoad } from './load';

describe('a load that is to keep to a processor', () => {
  it('leaves no generator behind when there is no such processor', async () => {
    let generator: number | undefined;
    const keepTo = (pid: number): never => {
      generator = pid;
      throw new Error('There is no such processor.');
    };
    const load = { url: 'http://127.0.0.1:1', connections: 1, seconds: 1, processor: 9999 };
    await expect(sendLoad(load, keepTo)).rejects.toThrow('There is no such processor.');
    expect(generator).toBeDefined();
    await eventually(() => Promise.resolve(!isAlive(generator ?? 0)));
  });
});
