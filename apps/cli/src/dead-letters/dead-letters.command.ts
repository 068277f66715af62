import { UsageError } from '../command';
import type { Command } from '../command';
import { list } from './list';
import { purge } from './purge';
import { replay } from './replay';
import { show } from './show';

/** `dead-letters list`, `show`, `replay` and `purge`: what could not be stored or indexed, of all projects. */
export const deadLettersCommand: Command = {
  async run([action, ...args], context) {
    if (action === 'list') await list(args, context);
    else if (action === 'show') await show(args, context);
    else if (action === 'replay') await replay(args, context);
    else if (action === 'purge') await purge(args, context);
    else throw new UsageError('Say "dead-letters list", "show", "replay" or "purge".');
  },
};
