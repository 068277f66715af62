import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/**
 * Libraries may import only those to their left in
 * contract ← runtime ← (storage, queue, search, access); see docs/architecture.md.
 */
const libraries = ['contract', 'runtime', 'storage', 'queue', 'search', 'access'];
const mayImport = {
  contract: [],
  runtime: ['contract'],
  storage: ['contract', 'runtime'],
  queue: ['contract', 'runtime'],
  search: ['contract', 'runtime'],
  access: ['contract', 'runtime'],
};

const boundaries = libraries.map((library) => ({
  files: [`libs/${library}/**/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: libraries
              .filter((other) => !mayImport[library].includes(other))
              .map((other) => `@sessions/${other}`),
            message: `libs/${library} may import only: ${mayImport[library].join(', ') || 'no other library'}.`,
          },
          { group: ['**/apps/**'], message: 'Libraries never import apps.' },
          {
            group: ['**/libs/**', '../../../*'],
            message: 'Import another library by its name, @sessions/….',
          },
        ],
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist', 'node_modules', '.data', 'coverage'] },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: {
      parserOptions: {
        projectService: true,
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true } }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'exit', message: 'Only main.ts ends the process.' },
        { object: 'process', property: 'env', message: 'Read the typed configuration of libs/runtime.' },
      ],
    },
  },
  ...boundaries,
  {
    files: ['apps/*/src/main.ts', 'libs/runtime/src/config/**', 'test/**', '**/*.spec.ts', '**/testing/**'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        fetch: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        require: 'readonly',
        module: 'writable',
        __dirname: 'readonly',
        AbortSignal: 'readonly',
      },
    },
  },
);
