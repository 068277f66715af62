/**
 * `node --require` this to run TypeScript as it is: every file is compiled by swc on its way in, as the tests are, so
 * that what runs beside the tests needs no build of its own.
 */
const path = require('node:path');
const { transformFileSync } = require('@swc/core');

const root = path.join(__dirname, '..', '..');
const libraries = ['contract', 'runtime', 'storage', 'queue', 'search', 'access'];

const options = {
  sourceMaps: 'inline',
  module: { type: 'commonjs' },
  jsc: {
    target: 'es2022',
    keepClassNames: true,
    baseUrl: root,
    paths: Object.fromEntries(libraries.map((name) => [`@sessions/${name}`, [`libs/${name}/src/index.ts`]])),
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
  },
};

require.extensions['.ts'] = (module, file) => module._compile(transformFileSync(file, options).code, file);
