import { build } from './build';
import { openRun } from './run-folder';
import { startRunServers } from './run-servers';

/** What an integration run needs before its first test: servers, and the built product. */
async function globalSetup(): Promise<void> {
  await openRun();
  await Promise.all([startRunServers(), build()]);
}

module.exports = globalSetup;
