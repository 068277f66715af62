import { sleep } from '@sessions/runtime';
import type { ProjectWithKey } from '../../../apps/cli/src/start/first-project';
import { HttpClient } from '../load/exchange';

/** How many of them there are, and how long each waits between two requests. */
const CLIENTS = 8;
const PAUSE_MS = 50;

const BODY = JSON.stringify({
  name: 'Support ticket #4821',
  tags: ['bug'],
  messages: [
    { role: 'user', content: 'The export button does nothing when I click it.' },
    { role: 'assistant', content: 'Which browser do you use?' },
    { role: 'user', content: 'Chrome on macOS. Version 120.' },
  ],
});

/** Clients who create ordinary sessions and get them, and want to be served as fast as ever. */
export class Others {
  /** Answers other than success, in sentences. */
  readonly problems: string[] = [];
  private readonly client = new HttpClient();

  constructor(
    private readonly project: ProjectWithKey,
    private readonly urls: readonly string[],
  ) {}

  /** Has them work for a while. Resolves with the milliseconds within which 99 of 100 requests were answered. */
  async measure(forMs: number): Promise<number> {
    const ends = Date.now() + forMs;
    const times: number[] = [];
    const work = async (place: number): Promise<void> => {
      await sleep((place * PAUSE_MS) / CLIENTS);
      for (let turn = place; Date.now() < ends; turn++) {
        const created = await this.timed('POST', turn, '/api/sessions', times);
        const id = /"id":"(sess_[0-9a-z]+)"/.exec(created)?.[1] ?? 'sess_none';
        await this.timed('GET', turn + 1, `/api/sessions/${id}`, times);
        await sleep(PAUSE_MS);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, (_, place) => work(place)));
    return times.toSorted((a, b) => a - b)[Math.ceil(times.length * 0.99) - 1] ?? 0;
  }

  close(): void {
    this.client.close();
  }

  private async timed(method: 'GET' | 'POST', turn: number, path: string, times: number[]): Promise<string> {
    const { projectId, apiKey } = this.project;
    const begun = performance.now();
    const answer = await this.client.send({
      method,
      url: `${this.urls[turn % this.urls.length] ?? ''}${path}?projectId=${projectId}`,
      headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      ...(method === 'POST' ? { body: BODY } : {}),
    });
    times.push(performance.now() - begun);
    if (answer.status !== 200 && answer.status !== 201)
      this.problems.push(`An ordinary ${method} was answered ${answer.failure ?? answer.status}.`);
    return answer.text;
  }
}
