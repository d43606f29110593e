// @ts-check
import eslint from '@eslint/js';
import { defineConfig } from 'eslint/config';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

const pureLibs = ['lib:contracts', 'lib:money'];
const sharedLibs = [...pureLibs, 'lib:audit', 'lib:messaging', 'lib:persistence', 'lib:runtime'];

/** Who may import whom. Specs may import the testing lib besides; dependency-cruiser keeps it out of other files. */
const boundaries = [
  { sourceTag: 'lib:money', onlyDependOnLibsWithTags: ['lib:testing'] },
  { sourceTag: 'lib:contracts', onlyDependOnLibsWithTags: ['lib:money', 'lib:testing'] },
  ...['messaging', 'persistence', 'runtime'].map((lib) => ({
    sourceTag: `lib:${lib}`,
    onlyDependOnLibsWithTags: [...pureLibs, 'lib:testing'],
  })),
  {
    sourceTag: 'lib:audit',
    onlyDependOnLibsWithTags: [...pureLibs, 'lib:persistence', 'lib:testing'],
  },
  { sourceTag: 'lib:testing', onlyDependOnLibsWithTags: sharedLibs },
  { sourceTag: 'app:*', onlyDependOnLibsWithTags: [...sharedLibs, 'lib:testing'] },
  {
    sourceTag: 'app:gateway',
    onlyDependOnLibsWithTags: [...pureLibs, 'lib:messaging', 'lib:runtime', 'lib:testing'],
  },
];

export default defineConfig(
  { ignores: ['**/dist', '**/node_modules', '.nx', '.stack', 'reports', 'coverage', 'docs/generated'] },
  eslint.configs.recommended,
  tseslint.configs.strictTypeChecked,
  prettier,
  {
    plugins: { '@nx': /** @type {any} */ (nx) },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    languageOptions: {
      parserOptions: {
        project: ['tsconfig.json', 'tsconfig.tools.json'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        // The servers are plain JavaScript: the launcher needs them before anything is built.
        {
          allow: ['../../../tools/servers/*'],
          depConstraints: boundaries,
          enforceBuildableLibDependency: false,
        },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true, allowEmpty: true }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      // With noUncheckedIndexedAccess an index that a loop has just bounded needs one.
      '@typescript-eslint/no-non-null-assertion': 'off',
      // Messages are plain objects that their DTO class describes; nothing relies on instanceof.
      '@typescript-eslint/no-misused-spread': 'off',
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true, allowAny: false, allowNullish: false },
      ],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true, requireDefaultForNonUnion: false },
      ],
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 70, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 5],
      'no-restricted-syntax': [
        'error',
        { selector: 'TSEnumDeclaration', message: 'Use a union of string literals.' },
        { selector: 'ExportAllDeclaration', message: 'Name what is exported.' },
      ],
    },
  },
  {
    files: ['**/*spec.ts', '**/fixtures/**/*.ts', '**/test/**/*.ts'],
    rules: {
      // Asymmetric matchers are `any`, a describe block is one function, spies pass methods around.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/unbound-method': 'off',
      'max-lines-per-function': 'off',
    },
  },
  {
    // The relay and the consumers are tested over the real Database, which the library itself must not know.
    files: ['libs/messaging/test/**'],
    rules: { '@nx/enforce-module-boundaries': 'off' },
  },
  {
    // Every message has a name that is meant for others; listing them again would be a second list to keep.
    files: ['libs/contracts/src/index.ts'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['**/migrations/**'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } },
  {
    // Plain JavaScript runs before anything is built: its types are comments, and JSON it reads is unknown to them.
    files: ['**/*.mjs', '**/*.cjs', '**/*.js'],
    rules: {
      // tsc knows the names; see tsconfig.tools.json.
      'no-undef': 'off',
      '@typescript-eslint/no-require-imports': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
);
