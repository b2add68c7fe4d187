const common = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/dist-test/', '<rootDir>/.cache/'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

/** One suite of the project: a name, where its tests are, and what must be prepared before it. */
const suite = (displayName, testMatch, extra = {}) => ({ ...common, displayName, testMatch, ...extra });

/** Suites whose peers are programs of their own, or whole devices: they take the time that a busy machine takes. */
const foreign = { setupFilesAfterEnv: ['<rootDir>/test/support/patience.ts'] };

export default {
  projects: [
    suite('unit', ['<rootDir>/src/**/*.test.ts']),
    suite('scenarios', ['<rootDir>/test/scenarios/**/*.test.ts'], foreign),
    suite('torture', ['<rootDir>/test/torture/**/*.test.ts'], foreign),
    suite('interop', ['<rootDir>/test/interop/**/*.test.ts'], foreign),
    suite('nat', ['<rootDir>/test/nat/**/*.test.ts'], foreign),
    suite('asterisk', ['<rootDir>/test/asterisk/**/*.test.ts'], foreign),
    suite('browser', ['<rootDir>/test/browser/**/*.test.ts'], foreign),
  ],
};
