import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const EVERY_MS = 200;
const KIB_A_MIB = 1024;

/** Watches how much memory a process holds while some work goes on; returns the most, in MiB, with the work's result. */
export async function watchMemory<Result>(pid: number, work: Promise<Result>): Promise<[number, Result]> {
  let peak = 0;
  let over = false;
  const end = () => void (over = true);
  work.then(end, end);
  while (!over) {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
    peak = Math.max(peak, Number(stdout) / KIB_A_MIB);
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
  return [peak, await work];
}
