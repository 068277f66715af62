import { orExplain, runBuilt } from './run.mjs';

/** `node scripts/run-built.mjs <app> <arguments>`: runs a program of the product, built first if needed. */
const [app, ...args] = process.argv.slice(2);
await orExplain(() => runBuilt(app, args));
