import { commandOf } from '../command';
import { list } from './list';
import { purge } from './purge';
import { replay } from './replay';
import { show } from './show';

/** `dead-letters list`, `show`, `replay` and `purge`: what could not be stored or indexed, of all projects. */
export const deadLettersCommand = commandOf('dead-letters', { list, show, replay, purge });
