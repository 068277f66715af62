import type { Row } from '../harness/row';
import { auth } from './auth';
import { batch } from './batch';
import { contacts } from './contacts';
import { create } from './create';
import { errors } from './errors';
import { external } from './external';
import { externalUpdates } from './external-updates';
import { get } from './get';
import { idempotency } from './idempotency';
import { limits } from './limits';
import { listFilters } from './list-filters';
import { listParameters } from './list-parameters';
import { messages } from './messages';
import { ndjsonBatch } from './ndjson';
import { paging } from './paging';
import { search } from './search';
import { service } from './service';
import { stats } from './stats';
import { tagsAndLinks } from './tags-and-links';
import { texts } from './texts';

/** Every row, by theme. */
export const themes: { theme: string; rows: Row[] }[] = [
  { theme: 'auth', rows: auth },
  { theme: 'errors', rows: errors },
  { theme: 'create', rows: create },
  { theme: 'tags and links', rows: tagsAndLinks },
  { theme: 'texts', rows: texts },
  { theme: 'messages', rows: messages },
  { theme: 'limits', rows: limits },
  { theme: 'get', rows: get },
  { theme: 'list filters', rows: listFilters },
  { theme: 'list parameters', rows: listParameters },
  { theme: 'paging', rows: paging },
  { theme: 'search', rows: search },
  { theme: 'stats', rows: stats },
  { theme: 'contacts', rows: contacts },
  { theme: 'external records', rows: external },
  { theme: 'updates of external records', rows: externalUpdates },
  { theme: 'idempotency', rows: idempotency },
  { theme: 'batch', rows: batch },
  { theme: 'batch as NDJSON', rows: ndjsonBatch },
  { theme: 'service', rows: service },
];
