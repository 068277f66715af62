import { totalmem } from 'node:os';

const MIB = 1024 * 1024;

/**
 * Bounds of Postgres' cache, in MiB. What is not in it is copied from the system's again and again: at a million
 * sessions, whose search tables take 1.7 GB, searches (p99, over HTTP) took 144 to 250 ms with 256 MB, 171 to 206 with 1 GB
 * and 81 to 105 with 2 on the same day. `io_method=sync` with 256 MB saved a quarter of the processor time and no time: 146
 * to 173 ms by the engine alone, which took 154 to 167. With the default of 128 MB, a list by name or company took 68 to
 * 114 ms instead of 39 to 49.
 */
const LEAST = 256;
const MOST = 2048;

/** The `shared_buffers` of the embedded server: a quarter of the memory. They take up memory only once they are used. */
export function sharedBuffers(memory = usableMemory()): string {
  return `${Math.min(MOST, Math.max(LEAST, Math.floor(memory / 4 / MIB)))}MB`;
}

/** Bytes that this process may use: those of the machine, or of the container if that has fewer. */
function usableMemory(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, totalmem()) : totalmem();
}
