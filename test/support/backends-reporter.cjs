const { existsSync } = require('node:fs');
const path = require('node:path');

const BACKENDS = [
  { name: 'postgres', variable: 'POSTGRES', missing: 'no integration test ran' },
  {
    name: 'redis',
    variable: 'REDIS',
    missing: 'redis-server is not on the PATH and TEST_REDIS_URL is not set',
  },
  {
    name: 'meilisearch',
    variable: 'MEILI',
    missing: 'meilisearch is not on the PATH and TEST_MEILI_URL is not set',
  },
];

/**
 * Says at the end of a run which backends its tests really used, and how many tests passed. Said when the process
 * exits, so that Jest's own summary does not come after it.
 */
class BackendsReporter {
  onRunComplete(_contexts, results) {
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    const lines = BACKENDS.map((backend) => `${backend.name}${verdict(backend)}`);
    lines.push(`${results.numPassedTests} passed, ${failed} failed`);
    process.once('exit', () => console.log(lines.join('\n')));
  }
}

function verdict({ name, variable, missing }) {
  const folder = process.env.TEST_RUN_DIR;
  if (!folder) return ': not exercised, because no integration test ran';
  const version = process.env[`TEST_RUN_${variable}_VERSION`];
  if (!version) return `: not exercised, because ${missing}`;
  if (existsSync(path.join(folder, 'asked', name))) return ` ${version}: exercised`;
  return ` ${version}: not exercised, because no test of this run asked for it`;
}

module.exports = BackendsReporter;
