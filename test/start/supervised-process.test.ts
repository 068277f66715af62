import { readFileSync, statSync, truncateSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SupervisedProcess } from '../../apps/cli/src/start/supervised-process';
import { eventually } from '../support/eventually';
import { runFolder } from '../support/run-folder';

describe('a process that start runs', () => {
  it('has its log moved aside when it has grown large, and goes on writing to it', async () => {
    const folder = await mkdtemp(join(runFolder(), 'supervised-'));
    const [script, logFile] = [join(folder, 'talker.js'), join(folder, 'talker.log')];
    await writeFile(script, `setInterval(() => console.log('line'), 20); process.send({ type: 'ready' });`);
    const intervals = jest.spyOn(global, 'setInterval');
    const supervised = new SupervisedProcess({
      name: 'talker',
      script,
      environment: { PATH: process.env.PATH },
      logFile,
      stopSeconds: 5,
      say: jest.fn(),
    });
    try {
      await supervised.start();
      const look = intervals.mock.calls[0]?.[0];
      look?.();
      expect(() => statSync(`${logFile}.1`)).toThrow('ENOENT');
      truncateSync(logFile, 21 * 1024 * 1024);
      look?.();
      expect(statSync(`${logFile}.1`).size).toBeGreaterThanOrEqual(21 * 1024 * 1024);
      await eventually(() => /^(line\n)+$/.test(readFileSync(logFile, 'utf8')));
    } finally {
      intervals.mockRestore();
      await supervised.stop();
    }
  });
});
