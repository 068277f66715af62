import { UsageError } from '../command';
import type { Command } from '../command';
import { check } from './check';
import { rebuild } from './rebuild';
import { repair } from './repair';
import { status } from './status';

/** `index status`, `check`, `repair` and `rebuild`: whether the search index holds what the database does. */
export const indexCommand: Command = {
  async run([action, ...args], context) {
    if (action === 'status') await status(args, context);
    else if (action === 'check') await check(args, context);
    else if (action === 'repair') await repair(args, context);
    else if (action === 'rebuild') await rebuild(args, context);
    else throw new UsageError('Say "index status", "check", "repair" or "rebuild".');
  },
};
