import type { Answer } from './client';
import { sessionId } from './matchers';
import type { BatchResult } from './matchers';
import type { RowRequest } from './row';

/** Where batches go. */
export const BATCH_PATH = '/api/sessions/batch';
/** The result of an item that made a session. */
export const created = (index: number) => ({ index, status: 'created', id: sessionId, retryable: false });
/** The result of an item that was refused with such a sentence. */
export const rejected = (index: number, error: RegExp) => ({
  index,
  status: 'rejected',
  error: expect.stringMatching(error) as unknown,
  retryable: false,
});

/** Items that are no session, each with what its error must name. */
export const BAD_ITEMS: [what: string, json: string, error: RegExp][] = [
  ['null', 'null', /object/],
  ['a number', '1', /object/],
  ['a text', '"abc"', /object/],
  ['an array', '[]', /object/],
  ['an unknown field', '{"nmae":"x"}', /nmae/],
  ['a wrong status', '{"status":"open"}', /status.*active/],
  ['an unknown tag', '{"tags":["urgent"]}', /tags.*urgent/],
  [
    'an empty message',
    '{"messages":[{"role":"user","content":"x"},{"role":"user","content":""}]}',
    /messages\[1\]\.content/,
  ],
  ['U+0000', '{"name":"a\\u0000"}', /name.*U\+0000/],
  ['half of a surrogate pair', '{"name":"\\ud800"}', /name.*(surrogate|Unicode)/],
  ['an inexact number', '{"custom_fields":{"n":9007199254740993}}', /custom_fields\.n.*string/],
  ['an external_id alone', '{"external_id":"1"}', /external_source/],
];

/** A batch as lines of JSON. */
export const ndjson = (raw: string, further: RowRequest = {}): RowRequest => ({
  path: BATCH_PATH,
  raw,
  headers: { 'content-type': 'application/x-ndjson' },
  ...further,
});

/** Results that were answered as NDJSON. */
export const lines = ({ text }: Answer) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as BatchResult);
