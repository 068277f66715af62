import { sleep } from '@sessions/runtime';
import { CommandError } from '../errors';
import type { Quickstart } from '../start/quickstart-file';

/** The parts of a session that the demo shows. */
export interface ShownSession {
  id: string;
  name: string | null;
  source: string;
  message_count: number;
}

const REQUEST_MS = 30_000;
const MOST_TRIES = 10;

/** The few calls of the Sessions API that the demo makes. */
export class DemoApi {
  constructor(private readonly target: Quickstart) {}

  /** Sends a session; waits and tries again as long as the API says that it is full. */
  async create(body: unknown): Promise<ShownSession> {
    for (let tries = 1; ; tries++) {
      const response = await this.call('/api/sessions', {}, body);
      if (response.status !== 503 && response.status !== 429) {
        return (await parsed<{ session: ShownSession }>(response)).session;
      }
      if (tries === MOST_TRIES)
        throw new CommandError('The API is still full after ten tries: is a worker running?');
      await response.body?.cancel();
      await sleep(1000 * Number(response.headers.get('retry-after') ?? 1));
    }
  }

  /** Lists or searches. */
  async list(query: Record<string, string>): Promise<{ sessions: ShownSession[]; total: number }> {
    return parsed(await this.call('/api/sessions', query));
  }

  /** Gets a session with its messages. */
  async get(id: string): Promise<{ session: ShownSession; messages: { content: string }[] }> {
    return parsed(await this.call(`/api/sessions/${id}`, {}));
  }

  private async call(path: string, query: Record<string, string>, body?: unknown): Promise<Response> {
    const { url, projectId, apiKey } = this.target;
    const target = new URL(path, url);
    target.search = new URLSearchParams({ projectId, ...query }).toString();
    const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' };
    try {
      return await fetch(target, {
        method: body === undefined ? 'GET' : 'POST',
        headers,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal: AbortSignal.timeout(REQUEST_MS),
      });
    } catch (error) {
      throw new CommandError(`${url} does not answer: run "npm start" first, in another terminal.`, {
        cause: error,
      });
    }
  }
}

async function parsed<Body>(response: Response): Promise<Body> {
  const body = (await response.json()) as Body & { error?: string };
  if (!response.ok)
    throw new CommandError(`The API answered ${response.status}: ${body.error ?? 'no reason given'}`);
  return body;
}
