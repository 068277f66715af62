import { setTimeout as sleep } from 'node:timers/promises';
import { send } from './client';
import type { Answer, WireRequest } from './client';
import { last, listOf } from './matchers';
import type { Context, Expectation, Row, RowRequest, Step } from './row';
import { SEEDS } from './seeds';
import type { SeedLabel } from './seeds';
import type { World } from './world';

const EVENTUALLY_MS = 20_000;
const INTERNALS =
  /\b(select|insert|update|delete) .*\b(from|into|set)\b|violates|relation "|constraint|\.[jt]s:\d+|node_modules|\n/i;

/** Sends a row's requests one after another and compares every answer. */
export async function runRow(row: Row, world: World): Promise<void> {
  const context: Context = { world, answers: [], sent: 0 };
  for (const step of [row, ...(row.then ?? [])]) await runStep(step, context);
}

async function runStep(step: Step, context: Context): Promise<void> {
  await step.prepare?.(context);
  const request = typeof step.request === 'function' ? step.request(context) : step.request;
  const expected = typeof step.expect === 'function' ? step.expect(context) : step.expect;
  const wire = wireRequest(request, context.world);
  const deadline = Date.now() + EVENTUALLY_MS;
  for (;;) {
    const sent = Array.from({ length: request.times ?? 1 }, () => send(nextUrl(context), wire));
    const answers = await Promise.all(sent);
    try {
      for (const answer of answers) compare(answer, expected, wire.method, context.world);
      await expected.check?.({ ...context, answers: [...context.answers, ...answers] });
      context.answers.push(...answers);
      return;
    } catch (error) {
      if (!expected.eventually || Date.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

function nextUrl(context: Context): string {
  context.sent += 1;
  return context.world.urls[context.sent % 2 === 0 ? 1 : 0];
}

function wireRequest(request: RowRequest, world: World): WireRequest {
  const tenant = world.tenants[request.tenant ?? 'main'];
  const { projectId = tenant.projectId, authorization = `Bearer ${tenant.key}`, query = '' } = request;
  const further = typeof query === 'string' ? query : new URLSearchParams(query).toString();
  const own = projectId === null ? '' : `projectId=${encodeURIComponent(projectId)}`;
  const search = [own, further].filter((part) => part !== '').join('&');
  const body = bodyOf(request);
  return {
    method: request.method ?? (body === undefined ? 'GET' : 'POST'),
    target: `${request.path ?? '/api/sessions'}${search === '' ? '' : `?${search}`}`,
    headers: {
      ...(authorization === null ? {} : { authorization }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    body,
    chunked: request.chunked,
  };
}

function bodyOf({ json, raw }: RowRequest): Buffer | undefined {
  if (raw !== undefined) return Buffer.from(raw);
  return json === undefined ? undefined : Buffer.from(JSON.stringify(json));
}

function compare(answer: Answer, expected: Expectation, method: string, world: World): void {
  const allowed = [expected.status].flat();
  if (!allowed.includes(answer.status)) {
    const text = answer.text.slice(0, 500);
    expect({ status: answer.status, text }).toEqual({ status: allowed.join(' or '), text });
  }
  expect(answer.headers['x-request-id']).toMatch(/^[\x21-\x7e]{1,200}$/);
  if (answer.status >= 400 && method !== 'HEAD') compareError(answer);
  const error = (answer.json as { error?: string } | undefined)?.error;
  for (const pattern of expected.error ?? []) expect(error).toMatch(pattern);
  if (expected.body !== undefined) expect(answer.json).toEqual(expected.body);
  if (expected.contains !== undefined) expect(answer.json).toMatchObject(expected.contains);
  for (const [name, pattern] of Object.entries(expected.headers ?? {})) {
    if (pattern === null) expect({ [name]: answer.headers[name] }).toEqual({ [name]: undefined });
    else
      expect({ [name]: answer.headers[name] }).toEqual({ [name]: expect.stringMatching(pattern) as unknown });
  }
  if (expected.sessions) compareList(answer, expected.sessions, expected.total, world, true);
  if (expected.found) compareList(answer, expected.found, expected.total, world, false);
}

/** What holds for every error, whatever the row. */
function compareError(answer: Answer): void {
  expect(answer.headers['content-type']).toMatch(/^application\/json/);
  const body = answer.json as {
    error: string;
    details?: { field: string; message: string }[];
    request_id?: string;
  };
  expect(Object.keys(body).filter((key) => !['error', 'details', 'request_id'].includes(key))).toEqual([]);
  expect(body.error).toMatch(/^\S.{8,}\.$/);
  expect(body.error).not.toMatch(INTERNALS);
  if (body.details !== undefined) expect(Array.isArray(body.details)).toBe(true);
  if (body.request_id !== undefined) expect(body.request_id).toBe(answer.headers['x-request-id']);
}

/** Compares the sessions of a list by their labels. Sessions of the same moment may be in either order of id. */
function compareList(
  answer: Answer,
  labels: SeedLabel[],
  total: number | undefined,
  world: World,
  ordered: boolean,
): void {
  const { sessions, total: seenTotal } = listOf(answer);
  const labelOf = new Map(Object.entries(world.seeds).map(([label, id]) => [id, label]));
  const seen = sessions.map(({ id }) => labelOf.get(id) ?? id);
  if (ordered) {
    const orders = [1, -1].map((direction) => inOrder(labels, world, direction));
    expect(orders).toContainEqual(seen);
  } else {
    expect([...seen].sort()).toEqual([...labels].sort());
  }
  expect(seenTotal).toBe(total ?? labels.length);
}

/** The labels by descending activity, and by id (1: ascending, -1: descending) where the activity is the same. */
function inOrder(labels: SeedLabel[], { seeds }: World, direction: number): SeedLabel[] {
  const activity = Object.fromEntries(SEEDS.map((seed) => [seed.label, seed.activity]));
  return [...labels].sort((left, right) => {
    const [a, b] = [activity[left] ?? '', activity[right] ?? ''];
    if (a !== b) return a < b ? 1 : -1;
    return seeds[left] < seeds[right] ? -direction : direction;
  });
}

/** The id of the session that the newest answer shows. */
export function lastId(context: Context): string {
  return (last(context).json as { session: { id: string } }).session.id;
}
