import { commandOf } from '../command';
import { check } from './check';
import { rebuild } from './rebuild';
import { repair } from './repair';
import { status } from './status';

/** `index status`, `check`, `repair` and `rebuild`: whether the search index holds what the database does. */
export const indexCommand = commandOf('index', { status, check, repair, rebuild });
