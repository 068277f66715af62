import { checkNode, installIfMissing } from './install.mjs';
import { orExplain } from './run.mjs';

/** Before `npm test`: installs what is missing, and is silent when nothing is. */
await orExplain(async () => {
  checkNode();
  installIfMissing({ production: false }, (line) => console.error(line));
});
