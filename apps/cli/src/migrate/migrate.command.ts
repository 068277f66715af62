import { migrate } from '@sessions/storage';
import { parseArgs } from 'node:util';
import type { Command } from '../command';
import { explained } from '../database';
import { json } from '../options';

/** `migrate`: brings the database's tables up to date. Safe to repeat and to run on several machines at once. */
export const migrateCommand: Command = {
  async run(args, context) {
    const { values } = parseArgs({ args, options: { json } });
    const configuration = context.configuration();
    const ran = await explained(configuration, () => migrate(configuration.DATABASE_URL));
    if (values.json) context.print(JSON.stringify({ migrations: ran }));
    else if (ran.length === 0) context.print('The database is up to date; there was nothing to do.');
    else context.print(ran.map((name) => `Ran ${name}.`).join('\n'));
  },
};
