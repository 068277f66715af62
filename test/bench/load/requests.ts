import { encodeId } from '@sessions/contract';
import { TICKET } from '../../../apps/api/src/docs/examples';
import type { Product } from '../../support/product';
import type { Load } from './load';

/** The documented example of a session to create. */
export const EXAMPLE = JSON.stringify(TICKET);

/** Sessions in a request of NDJSON. */
export const BATCH_SESSIONS = 500;

/** As many examples as a batch has, a line each. */
export const EXAMPLE_BATCH = `${EXAMPLE}\n`.repeat(BATCH_SESSIONS);

/** What a load says beside how long it lasts. */
export interface Requests extends Omit<Load, 'seconds'> {
  url: string;
}

/** Creates one session a request. */
export function createRequests(product: Product, connections: number): Requests {
  return {
    url: `${product.url}/api/sessions?projectId=${product.projectId}`,
    connections,
    method: 'POST',
    headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/json' },
    body: EXAMPLE,
  };
}

/** Creates a batch of sessions a request. */
export function batchRequests(product: Product, connections: number): Requests {
  return {
    url: `${product.url}/api/sessions/batch?projectId=${product.projectId}`,
    connections,
    method: 'POST',
    headers: { authorization: `Bearer ${product.apiKey}`, 'content-type': 'application/x-ndjson' },
    body: EXAMPLE_BATCH,
    noneRejected: true,
  };
}

/** Lists, searches, statistics and sessions by id, in turn. */
export function readRequests(product: Product, connections: number, ids: readonly string[]): Requests {
  const project = `projectId=${product.projectId}`;
  const paths = ids.flatMap((id) => [
    `/api/sessions?${project}&limit=100`,
    `/api/sessions/${encodeId('sess', id)}?${project}`,
    `/api/sessions?${project}&search=password`,
    `/api/sessions?${project}&status=active&tags=bug`,
    `/api/sessions?${project}&stats=true`,
  ]);
  const headers = { authorization: `Bearer ${product.apiKey}` };
  return { url: product.url, connections, headers, paths };
}

/** The same body sent to a limit, which asks for no key. */
export function limitRequests({ headers, ...requests }: Requests, url: string): Requests {
  return { ...requests, url, headers: { 'content-type': headers?.['content-type'] ?? 'application/json' } };
}
