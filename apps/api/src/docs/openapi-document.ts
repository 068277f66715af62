import type { Configuration } from '@sessions/runtime';
import { limitsOf } from '../sessions/create/session-validator';
import { errorResponses } from './errors';
import { responseHeaders } from './headers';
import { introduction } from './introduction';
import { batchOperation } from './operations/batch-operation';
import { createOperation } from './operations/create-operation';
import { getOperation, listOperation } from './operations/read-operations';
import { documentOperation, healthOperation, readinessOperation } from './operations/service-operations';
import { requestSchemas } from './schemas/request-schemas';
import { SESSION_SCHEMAS } from './schemas/response-schemas';
import type { OpenApiObject } from './schemas/schema';
import { SERVICE_SCHEMAS } from './schemas/service-schemas';

/** The API as an OpenAPI 3.1 document, with the limits that are configured. */
export interface OpenApiDocument {
  openapi: '3.1.1';
  info: OpenApiObject;
  servers: OpenApiObject[];
  security: OpenApiObject[];
  tags: OpenApiObject[];
  paths: Record<string, Record<string, OpenApiObject>>;
  components: Record<string, Record<string, OpenApiObject>>;
}

/** Builds the document. Request bodies and list parameters come from the declarations that validate them. */
export function openApiDocument(configuration: Configuration): OpenApiDocument {
  const limits = limitsOf(configuration);
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sessions API',
      version: '1.0.0',
      summary: 'Takes in customer feedback and gives it back.',
      description: introduction(limits),
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that this document comes from' }],
    security: [{ apiKey: [] }],
    tags: [
      { name: 'Sessions', description: 'Create, list, search and get sessions' },
      { name: 'Service', description: 'Health and documentation, without a key' },
    ],
    paths: {
      '/api/sessions': { post: createOperation(limits), get: listOperation() },
      '/api/sessions/batch': { post: batchOperation(limits) },
      '/api/sessions/{sessionId}': { get: getOperation() },
      '/api/healthz': { get: healthOperation() },
      '/api/readyz': { get: readinessOperation() },
      '/api/openapi.json': { get: documentOperation() },
    },
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'Your API key, which begins with `hiss_`.' },
      },
      headers: responseHeaders(configuration),
      responses: errorResponses(limits),
      schemas: { ...requestSchemas(limits), ...SESSION_SCHEMAS, ...SERVICE_SCHEMAS },
    },
  };
}
