import { readFile } from 'node:fs/promises';

const BYTES_A_KIB = 1024;
const BYTES_A_MB = 1_000_000;

/** The most memory that a running process ever held, in MB, as Linux counts it. */
export async function mostMegabytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1];
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status does not say how much memory it held.`);
  return (Number(kibibytes) * BYTES_A_KIB) / BYTES_A_MB;
}
