import { setFlagsFromString } from 'node:v8';
import { runProcess } from '@sessions/runtime';
import { startWorker } from './start-worker';

/**
 * How much the heap may grow beyond what is alive before all of it is collected. Sessions that wait for their commit
 * outlive two collections of the young, so the garbage of a backlog piles up among the old: V8's own choice, up to 300,
 * let a worker grow to 305 MB at 21 µs of processor time a session. Measured: 60 gave 184 MB and 27 µs, 110 gave 214 MB
 * and 24, 150 gave 225 MB and 23. A larger young space saved no time and took 30 MB more.
 */
const HEAP_GROWING_PERCENT = 120;

setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);

void runProcess('worker', process.env, startWorker).then((code) => process.exit(code));
