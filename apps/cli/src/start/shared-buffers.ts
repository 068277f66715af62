const MB = 1024 * 1024;

/**
 * `shared_buffers` of the embedded server: an eighth of the memory, since the product runs beside it, from 128 MB to
 * 2 GB. What searches of a million sessions read fits into 2 GB; what does not fit is read from the system's cache again
 * and again: the slowest hundredth took 171 ms with 1 GB, and about 100 with 2; a list by name or company 68 to 114 ms with
 * 128 MB and 39 to 49 with 256.
 *
 * @param memory bytes that this process may use
 */
export function sharedBuffers(memory: number): string {
  return `${Math.round(Math.min(2048, Math.max(128, memory / 8 / MB)))}MB`;
}
