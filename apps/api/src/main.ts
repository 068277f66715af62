import { runProcess } from '@sessions/runtime';
import { startApi } from './start-api';

void runProcess('api', process.env, startApi).then((code) => process.exit(code));
