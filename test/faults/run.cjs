/** `npm run faults` */
require('../support/register-typescript.cjs');
require('./main.ts');
