import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startProcess } from './product-process';
import { runFolder } from './run-folder';

/** Starts a program that says that it is ready, and does something at SIGTERM. */
async function startScript(atTerm: string) {
  const folder = await mkdtemp(join(runFolder(), 'script-'));
  const ready = "process.send({ type: 'ready' }); setInterval(() => {}, 1000);";
  await writeFile(join(folder, 'script.js'), `process.on('SIGTERM', () => { ${atTerm} }); ${ready}`);
  return startProcess('worker', {}, { folder, script: 'script.js' });
}

describe('ending a process of the product', () => {
  it('gives the code of one that ends by itself, and none of one that is killed on purpose', async () => {
    expect(await (await startScript('process.exit(3)')).end()).toBe(3);
    expect(await (await startScript('')).end('SIGKILL')).toBe(null);
  });

  it('does not take a shutdown that hangs for a clean one, and says what it wrote', async () => {
    const hanging = await startScript("console.log('still draining')");
    await expect(hanging.end('SIGTERM', 500)).rejects.toThrow(/did not stop within 0.5 s[^]*still draining/);
  });
});
