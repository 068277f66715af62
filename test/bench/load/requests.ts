import type { Product } from '../../support/product';
import type { Load } from './load';

/** The documented example of a session to create. */
export const EXAMPLE = JSON.stringify({
  name: 'Support ticket #4821',
  session_type: 'chat',
  tags: ['bug'],
  user_metadata: { email: 'jane@example.com', name: 'Jane Smith' },
  messages: [
    { role: 'user', content: 'The export button does nothing when I click it.' },
    { role: 'assistant', content: 'Thanks for reporting this. Can you tell me which browser you are using?' },
    { role: 'user', content: 'Chrome on macOS. Version 120.' },
  ],
});

/** Sessions in a request of NDJSON. */
export const BATCH_SESSIONS = 500;

/** As many examples as a batch has, a line each. */
export const EXAMPLE_BATCH = `${EXAMPLE}\n`.repeat(BATCH_SESSIONS);

/** What a load says beside how long it lasts. */
export type Requests = Omit<Load, 'seconds'>;

/** Creates one session a request. */
export function createRequests(product: Product, connections: number, url = product.url): Requests {
  return {
    url: `${url}/api/sessions?projectId=${product.projectId}`,
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
  };
}

/** The same body sent to a limit, which asks for no key. */
export function limitRequests({ headers, ...requests }: Requests, url: string): Requests {
  return { ...requests, url, headers: { 'content-type': headers?.['content-type'] ?? 'application/json' } };
}
