import type { Redis } from 'ioredis';
import type { Claim, ClaimedSession, HeldSession, SessionKey, SessionLocator } from './session-locator';

/** Seconds after a session's last claim in which all its entries are forgotten; longer than any backlog should wait. */
const ENTRY_SECONDS = 7 * 86_400;

/**
 * A list of `version:job` a session, with the last version that the job holds. KEYS: the sessions; ARGV: job, seconds
 * to live, and for each session its version and how many versions of it there are.
 * Versions are below 2^53, so Lua's numbers hold them.
 */
const CLAIM = `
  local claims = {}
  for i, key in ipairs(KEYS) do
    local version = tonumber(ARGV[2 * i + 1])
    local newest = redis.call('LINDEX', key, -1)
    if newest then version = math.max(version, tonumber(string.match(newest, '^%d+')) + 1) end
    local last = version + tonumber(ARGV[2 * i + 2]) - 1
    redis.call('RPUSH', key, string.format('%.0f', last) .. ':' .. ARGV[1])
    redis.call('EXPIRE', key, ARGV[2])
    claims[i] = { string.format('%.0f', version), newest and 0 or 1 }
  end
  return claims`;

/** KEYS: the sessions; ARGV: the most entries of each, of which the oldest is one; 0 for all. */
const FIND = `
  local most = tonumber(ARGV[1])
  local found = {}
  for i, key in ipairs(KEYS) do
    if most > 0 and redis.call('LLEN', key) > most then
      found[i] = redis.call('LRANGE', key, 1 - most, -1)
      table.insert(found[i], 1, redis.call('LINDEX', key, 0))
    else
      found[i] = redis.call('LRANGE', key, 0, -1)
    end
  end
  return found`;

/**
 * KEYS: the sessions; ARGV: for each of them the job. Jobs are done in about the order in which they are claimed, so one
 * is looked for from the oldest on, a hundred at a time, until one of them is it: to read all of a record that waits
 * thousands of times for each of its jobs would hold up everybody else. A second entry of the job, if it was noted again
 * that much later, stays until it expires.
 */
const RELEASE = `
  for i, key in ipairs(KEYS) do
    local from, found = 0, false
    repeat
      local entries = redis.call('LRANGE', key, from, from + 99)
      for _, entry in ipairs(entries) do
        if string.sub(entry, string.find(entry, ':') + 1) == ARGV[i] then
          redis.call('LREM', key, 1, entry)
          found = true
        end
      end
      from = from + 100
    until found or #entries < 100
  end`;

/** The locator in Redis. All keys share a hash tag with the queue's. */
export class RedisLocator implements SessionLocator {
  readonly keepsOrder = true;

  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {}

  async claim(jobId: string, sessions: readonly ClaimedSession[]): Promise<Claim[]> {
    const keys = sessions.map((session) => this.key(session));
    const versions = sessions.flatMap(({ version, versions: count = 1 }) => [version, count]);
    const claims = (await this.redis.eval(
      CLAIM,
      keys.length,
      ...keys,
      jobId,
      ENTRY_SECONDS,
      ...versions,
    )) as [string, number][];
    return claims.map(([version, first]) => ({ version: Number(version), first: first === 1 }));
  }

  async note(jobId: string, sessions: readonly ClaimedSession[]): Promise<void> {
    await this.claim(jobId, sessions);
  }

  async find(sessions: readonly SessionKey[], most = 0): Promise<string[][]> {
    const keys = sessions.map((session) => this.key(session));
    const found = (await this.redis.eval(FIND, keys.length, ...keys, most)) as string[][];
    // A job that was noted again, as by a repeated replay, stands there twice.
    return found.map((entries) => [...new Set(entries.map((entry) => entry.slice(entry.indexOf(':') + 1)))]);
  }

  /** None, since what is noted of a session expires. */
  findOld(): Promise<string[]> {
    return Promise.resolve([]);
  }

  forgetJobs(): Promise<void> {
    return Promise.resolve();
  }

  async release(held: readonly HeldSession[]): Promise<void> {
    const keys = held.map((session) => this.key(session));
    const jobs = held.map(({ jobId }) => jobId);
    await this.redis.eval(RELEASE, keys.length, ...keys, ...jobs);
  }

  private key({ projectId, id }: SessionKey): string {
    return `${this.prefix}:held:${projectId}:${id}`;
  }
}
