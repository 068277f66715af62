/** `npm run bench` */
require('../support/register-typescript.cjs');
require('./main.ts');
