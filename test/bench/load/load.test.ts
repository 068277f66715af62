import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '../../support/eventually';
import { isInstalled } from '../../support/servers';
import { sendLoad } from './load';

/** Processes that this one has started and that run. */
async function children(): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'ppid=,stat=,args=']);
  return stdout
    .split('\n')
    .map((line) => line.trim())
    .filter(
      (line) => line.startsWith(`${process.pid} `) && line.includes('generator.ts') && !/^\d+ Z/.test(line),
    );
}

(isInstalled('taskset') ? describe : describe.skip)('a load that is to keep to a processor', () => {
  it('leaves no generator behind when there is no such processor', async () => {
    const load = { url: 'http://127.0.0.1:1', connections: 1, seconds: 1, processor: 9999 };
    await expect(sendLoad(load)).rejects.toThrow('taskset');
    await eventually(async () => (await children()).length === 0);
  });
});
