import { runProcess } from '@sessions/runtime';
import { startWorker } from './start-worker';

void runProcess('worker', process.env, startWorker).then((code) => process.exit(code));
