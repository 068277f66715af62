import type { ErrorBody, ErrorDetail } from '@sessions/contract';
import type { Readiness } from '../../health/health.controller';
import type { BatchResult } from '../../sessions/batch/batch.service';
import { ref } from './schema';
import type { OpenApiObject } from './schema';

const BATCH_RESULT: Record<keyof BatchResult, OpenApiObject> = {
  index: { type: 'integer', minimum: 0, description: 'Place of the item in the batch, from 0.' },
  status: { type: 'string', enum: ['created', 'updated', 'rejected'] },
  id: { type: 'string', pattern: '^sess_', description: "The session's id, unless the item was rejected." },
  error: { type: 'string', description: 'Why the item was rejected.' },
  retryable: {
    type: 'boolean',
    description:
      'Whether sending the very same item again can succeed. It may have been taken all the same: see the operation.',
  },
};

const ERROR_DETAIL: Record<keyof ErrorDetail, OpenApiObject> = {
  field: {
    type: 'string',
    description: 'A body path such as `messages[3].content`, or the name of a parameter or header.',
  },
  message: { type: 'string', description: 'One sentence that names the field and what is allowed.' },
};

const ERROR: Record<keyof ErrorBody, OpenApiObject> = {
  error: { type: 'string', description: 'What is wrong, and what is allowed or what to do next.' },
  details: {
    type: 'array',
    description: 'One entry for each problem, up to 20.',
    items: { type: 'object', properties: ERROR_DETAIL, required: Object.keys(ERROR_DETAIL) },
  },
  request_id: { type: 'string', description: 'The id under which the logs know this request.' },
};

const PART: Record<keyof Readiness['database'], OpenApiObject> = {
  status: { type: 'string', enum: ['up', 'down'] },
  engine: { type: 'string', description: 'Which product serves as this part.' },
  error: { type: 'string', description: 'Why the part is down.' },
};

const READINESS: Record<keyof Readiness, OpenApiObject> = {
  status: { type: 'string', enum: ['ready', 'not ready', 'stopping'] },
  error: { type: 'string', description: 'What to do; absent when the API is ready.' },
  database: ref('schemas', 'PartHealth'),
  queue: ref('schemas', 'PartHealth'),
  search: ref('schemas', 'PartHealth'),
};

/** What is answered beside sessions. */
export const SERVICE_SCHEMAS: Readonly<Record<string, OpenApiObject>> = {
  BatchResult: { type: 'object', properties: BATCH_RESULT, required: ['index', 'status', 'retryable'] },
  BatchResults: {
    type: 'object',
    properties: {
      results: {
        type: 'array',
        items: ref('schemas', 'BatchResult'),
        description: 'One result for every item, in the order of the batch.',
      },
    },
    required: ['results'],
  },
  Error: { type: 'object', properties: ERROR, required: ['error'] },
  PartHealth: { type: 'object', properties: PART, required: ['status', 'engine'] },
  Readiness: { type: 'object', properties: READINESS, required: ['status', 'database', 'queue', 'search'] },
};
