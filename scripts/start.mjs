import { orExplain, runBuilt } from './run.mjs';

/** `npm start`: everything on this machine; see apps/cli/src/start. */
await orExplain(() => runBuilt('cli', ['start', ...process.argv.slice(2)]));
