import type { Redis } from 'ioredis';
import type { Claim, ClaimedSession, HeldSession, SessionKey, SessionLocator } from './session-locator';

/** Seconds after which an entry that a dead process left is forgotten; longer than any backlog should wait. */
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

/**
 * Sessions of which there is one version only are fields of a hash for all whose ids begin alike, which those of one
 * project and 16 ms do. The value names the job, or the jobs where one was put again under another name. KEYS: the
 * hashes; ARGV: job, seconds to live, and for each session the number of its hash and its field.
 */
const NOTE = `
  for i = 3, #ARGV, 2 do
    local key, field = KEYS[tonumber(ARGV[i])], ARGV[i + 1]
    if redis.call('HSETNX', key, field, ARGV[1]) == 0 then
      local jobs = redis.call('HGET', key, field)
      if not string.find(jobs, ARGV[1], 1, true) then redis.call('HSET', key, field, jobs .. ' ' .. ARGV[1]) end
    end
  end
  for _, key in ipairs(KEYS) do redis.call('EXPIRE', key, ARGV[2]) end`;

/** KEYS: list and hash of each session; ARGV: the most entries of each list, 0 for all, and the fields. */
const FIND = `
  local most = tonumber(ARGV[1])
  local found = {}
  for i = 1, #KEYS / 2 do
    local list = KEYS[2 * i - 1]
    if most > 0 and redis.call('LLEN', list) > most then
      found[i] = redis.call('LRANGE', list, 1 - most, -1)
      table.insert(found[i], 1, redis.call('LINDEX', list, 0))
    else
      found[i] = redis.call('LRANGE', list, 0, -1)
    end
    local jobs = redis.call('HGET', KEYS[2 * i], ARGV[i + 1])
    if jobs then for job in string.gmatch(jobs, '%S+') do table.insert(found[i], '0:' .. job) end end
  end
  return found`;

/** KEYS: list and hash of each session; ARGV: field and job of each. */
const RELEASE = `
  for i = 1, #ARGV / 2 do
    local list, hash, field, job = KEYS[2 * i - 1], KEYS[2 * i], ARGV[2 * i - 1], ARGV[2 * i]
    local jobs = redis.call('HGET', hash, field)
    if jobs == job then
      redis.call('HDEL', hash, field)
    else
      if jobs then
        local others = {}
        for other in string.gmatch(jobs, '%S+') do if other ~= job then table.insert(others, other) end end
        redis.call('HSET', hash, field, table.concat(others, ' '))
      end
      for _, entry in ipairs(redis.call('LRANGE', list, 0, -1)) do
        if string.sub(entry, string.find(entry, ':') + 1) == job then redis.call('LREM', list, 1, entry) end
      end
    end
  end`;

/** How much of an id its hash is named by: all of a UUIDv7's time but the last 16 ms. */
const PREFIX = 'xxxxxxxx-xxx'.length;

/**
 * The locator in Redis. All keys share a hash tag with the queue, so that they live on its shard of a cluster.
 *
 * With a list for every session a waiting one of the documented example took 1,222 bytes of Redis in jobs of 50, and
 * takes 932 with the hashes. Sessions that an older version of the product noted in lists are found and released all
 * the same.
 */
export class RedisLocator implements SessionLocator {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
  ) {}

  async claim(jobId: string, sessions: readonly ClaimedSession[]): Promise<Claim[]> {
    const keys = sessions.map((session) => this.list(session));
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
    const hashes = new Map<string, number>();
    const fields = sessions.flatMap((session) => {
      const hash = this.hash(session);
      const number = hashes.get(hash) ?? hashes.size + 1;
      hashes.set(hash, number);
      return [number, fieldOf(session)];
    });
    await this.redis.eval(NOTE, hashes.size, ...hashes.keys(), jobId, ENTRY_SECONDS, ...fields);
  }

  async find(sessions: readonly SessionKey[], most = 0): Promise<string[][]> {
    const keys = this.keys(sessions);
    const found = (await this.redis.eval(
      FIND,
      keys.length,
      ...keys,
      most,
      ...sessions.map(fieldOf),
    )) as string[][];
    return found.map((entries) => entries.map((entry) => entry.slice(entry.indexOf(':') + 1)));
  }

  /** None, since entries expire. */
  findOld(): Promise<string[]> {
    return Promise.resolve([]);
  }

  forgetJobs(): Promise<void> {
    return Promise.resolve();
  }

  async release(held: readonly HeldSession[]): Promise<void> {
    const keys = this.keys(held);
    await this.redis.eval(
      RELEASE,
      keys.length,
      ...keys,
      ...held.flatMap((session) => [fieldOf(session), session.jobId]),
    );
  }

  private keys(sessions: readonly SessionKey[]): string[] {
    return sessions.flatMap((session) => [this.list(session), this.hash(session)]);
  }

  private list({ projectId, id }: SessionKey): string {
    return `${this.prefix}:held:${projectId}:${id}`;
  }

  private hash({ projectId, id }: SessionKey): string {
    return `${this.prefix}:held:${projectId}:${id.slice(0, PREFIX)}`;
  }
}

function fieldOf({ id }: SessionKey): string {
  return id.slice(PREFIX);
}
