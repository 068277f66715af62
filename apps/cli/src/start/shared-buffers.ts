const MB = 1024 * 1024;

/**
 * `shared_buffers` of the embedded server: an eighth of the memory, since the product runs beside it, from 128 MB to
 * 1 GB. What searches and lists of a million sessions read fits into 1 GB, but not into the 128 MB of the default, and
 * is then read from the system's cache again and again: a list by name or company took 68 to 114 ms instead of 39 to 49
 * with 256 MB, a search 61 ms of processor time in the mean with 256 MB instead of 23 to 28 with 2 GB.
 *
 * @param memory bytes that this process may use
 */
export function sharedBuffers(memory: number): string {
  return `${Math.round(Math.min(1024, Math.max(128, memory / 8 / MB)))}MB`;
}
