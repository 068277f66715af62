import { setFlagsFromString } from 'node:v8';

/**
 * How much the heap may grow beyond what is alive before all of it is collected. Sessions that wait, for the queue in
 * an API and for their commit in a worker, outlive two collections of the young, so garbage piles up among the old:
 * V8's own choice, up to 300, let a worker grow to 305 MB and an API to 330 MB. With lists, reads and searches beside
 * what creates, and a worker that indexes in Meilisearch, 120 gave an API 273 MB and the worker 311, 60 gave 230 and
 * 250, 50 213 to 232 and 241 to 251 (230 to 242 with the smaller batches of today); 35 gave no less. It takes a worker that
 * stores more of its time: 27 µs a session with 60, 24 with 110, 23 with 150, 21 with V8 itself; of an API about a tenth
 * under batches, and nothing that could be told from noise under single creates. A young space of 32 MB saves an API 10 to
 * 13 % of its time and takes 36 to 49 MB more; one of 64 MB saves 20 to 25 % and takes 65 to 75 more.
 */
const HEAP_GROWING_PERCENT = 50;

/** Keeps this process's memory to about 250 MB under full load, however it was started. */
export function boundHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
}
