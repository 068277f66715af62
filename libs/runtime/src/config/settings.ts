import { z } from 'zod';

const url = (...protocols: string[]) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), {
    error: `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  });

/** No request could be sent to such a URL, and what fails names it in the log. */
function hasCredentials(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username !== '' || password !== '';
}

/**
 * pg has the URL overrule what a connection names itself, and by those names lost connections are found
 * (`LostConnections`), and workers (`QueueBackend.workers`).
 */
function withoutName(url: string): string {
  const named = new URL(url);
  if (!named.searchParams.has('application_name')) return url;
  named.searchParams.delete('application_name');
  return named.href;
}

const whole = (min: number, max: number) => {
  const error = `must be a whole number from ${min} to ${max}`;
  // In digits alone: as a number, blanks would be 0.
  return z
    .string()
    .regex(/^\d+$/, error)
    .transform(Number)
    .pipe(z.number(error).min(min, error).max(max, error));
};

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const ROLES = ['persist', 'index', 'maintenance'] as const;

/** A part of the work that a worker process can take on. */
export type WorkerRole = (typeof ROLES)[number];

/** Largest value of SEARCH_PENDING_SESSIONS: so many hits a search may have to leave out. */
export const MOST_PENDING_SESSIONS = 10_000;

const MIB = 1024 * 1024;
const KIB = 1024;

/**
 * Every setting of the product, by the name of its environment variable. What is configured decides which backends
 * are used, and nothing else does. `.env.example` and the README's table are checked against this list by a test.
 */
export const settings = {
  DATABASE_URL: url('postgres:', 'postgresql:')
    .transform(withoutName)
    .describe('The Postgres (16 or newer) that stores sessions.'),
  REDIS_URL: url('redis:', 'rediss:')
    .optional()
    .describe('Redis for the queue. Without it the queue lives in Postgres.'),
  MEILI_URL: url('http:', 'https:')
    .refine((text) => !hasCredentials(text), { error: 'must hold no user or password; set MEILI_API_KEY' })
    .optional()
    .describe('Meilisearch for search. Without it Postgres searches.'),
  MEILI_API_KEY: z
    .string()
    .min(1)
    .optional()
    .describe('Key for Meilisearch (its master key, or one with the rights that docs/operations.md names).'),
  SEARCH_INDEX: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,100}$/, 'must be 1 to 100 letters, digits, - or _')
    .default('sessions')
    .describe('Name of the Meilisearch index.'),
  // For `localhost` Fastify makes a second server for what else the name means (`::1` beside `127.0.0.1`) and keeps it to
  // itself, so that a stop could neither wait for its requests nor close its connections.
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .transform((host) => (host === 'localhost' ? '127.0.0.1' : host))
    .describe('Address the API listens on; localhost means 127.0.0.1 only.'),
  PORT: whole(0, 65535).default(3000).describe('Port the API listens on; 0 takes a free one.'),
  LOG_LEVEL: z
    .enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`)
    .default('info')
    .describe('Least severe log lines to write.'),
  DATABASE_POOL: whole(2, 200)
    .default(10)
    .describe(
      'Most Postgres connections a process opens for its own queries; without REDIS_URL its queue opens more.',
    ),
  DATABASE_TIMEOUT_SECONDS: whole(1, 3600)
    .default(20)
    .describe('Seconds after which a statement that Postgres does not answer fails.'),
  QUEUE_NAME: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,50}$/, 'must be 1 to 50 letters, digits, - or _')
    .default('sessions')
    .describe('Namespace of the queues, for several products on one Redis or database.'),
  WORKER_ROLES: z
    .string()
    .default(ROLES.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES, { error: `may name only ${ROLES.join(', ')}` })).min(1))
    .describe('What a worker process does: persist, index, maintenance, separated by commas.'),
  WORKER_CONCURRENCY: whole(1, 1000).default(128).describe('Most queue jobs a worker process holds at once.'),
  PERSIST_BATCH_SESSIONS: whole(1, 10_000)
    .default(1000)
    .describe('Most sessions one transaction stores, unless one queue job holds more.'),
  INGEST_GROUP_MS: whole(0, 1000)
    .default(2)
    .describe('Milliseconds in which concurrent requests share a queue job.'),
  // So many can be named after their job (libs/queue/src/job-names.ts).
  INGEST_GROUP_SESSIONS: whole(1, 4096).default(500).describe('Most sessions in one queue job.'),
  INGEST_GROUP_BYTES: whole(KIB, 256 * MIB)
    .default(4 * MIB)
    .describe('Most bytes of sessions in one queue job.'),
  INGEST_MAX_BACKLOG: whole(1, 1_000_000_000)
    .default(100_000)
    .describe('Queue jobs that may wait before the API answers 503.'),
  // Redis gives no job out once it is full, since that writes as well, so that nothing would make room any more.
  INGEST_MAX_MEMORY_PERCENT: whole(1, 95)
    .default(90)
    .describe("Share of Redis' maxmemory that may be used before the API answers 503."),
  INGEST_MAX_BODIES_BYTES: whole(MIB, 1024 * 1024 * MIB)
    .default(128 * MIB)
    .describe(
      'Bytes that JSON bodies and unfinished lines of streams, of over 1 MiB each, may take together in an API process ' +
        'before it answers 503; one is always taken.',
    ),
  LIMIT_BODY_BYTES: whole(KIB, 256 * MIB)
    .default(10 * MIB)
    .describe('Largest decoded body of a single create, and longest line of an NDJSON stream.'),
  // Twice those of 20,000 messages. A million tiny ones take some 0.15 s to parse, in which nobody else is served.
  LIMIT_BODY_VALUES: whole(1000, 100_000_000)
    .default(300_000)
    .describe('Most values (objects, arrays and their items) in the JSON of one session, unless it is long.'),
  LIMIT_BATCH_BYTES: whole(KIB, 256 * MIB)
    .default(64 * MIB)
    .describe('Largest decoded body of a JSON batch.'),
  LIMIT_BATCH_VALUES: whole(1000, 100_000_000)
    .default(1_000_000)
    .describe('Most values in a JSON batch, unless it is long.'),
  LIMIT_BATCH_SESSIONS: whole(1, 1_000_000).default(10_000).describe('Most sessions in a JSON batch.'),
  LIMIT_MESSAGES: whole(1, 32 * 32 * 32)
    .default(20_000)
    .describe('Most messages in a session.'),
  LIMIT_MESSAGE_BYTES: whole(1, 64 * MIB)
    .default(256 * KIB)
    .describe('Largest content of a message, in UTF-8 bytes.'),
  LIMIT_TEXT_BYTES: whole(16, 16 * MIB)
    .default(64 * KIB)
    .describe('Longest other text (name, description, page, user id, external record), in UTF-8 bytes.'),
  LIMIT_METADATA_BYTES: whole(2, 16 * MIB)
    .default(64 * KIB)
    .describe('Largest user_metadata, and largest custom_fields, in bytes of JSON.'),
  LIMIT_LINKS: whole(1, 10_000).default(100).describe('Most linked ids of a kind.'),
  LIMIT_ID_BYTES: whole(16, 468).default(400).describe('Longest contact id and linked id, in UTF-8 bytes.'),
  LIMIT_REQUESTS_PER_SECOND: whole(0, 1_000_000)
    .default(0)
    .describe('Requests a second that one API key may make of one API process; 0 sets no limit.'),
  SEARCH_PENDING_SESSIONS: whole(0, MOST_PENDING_SESSIONS)
    .default(5000)
    .describe('Most not yet indexed sessions that a search matches in the database.'),
  SHUTDOWN_DRAIN_SECONDS: whole(0, 300)
    .default(2)
    .describe(
      'Seconds that a stopping API still serves, so that load balancers see that it is not ready; npm start has it 0.',
    ),
  SHUTDOWN_SECONDS: whole(1, 600)
    .default(25)
    .describe('Seconds a process may take to stop, an API after SHUTDOWN_DRAIN_SECONDS.'),
} as const;

/** Names of the settings, which are names of environment variables. */
export type SettingName = keyof typeof settings;

/** The whole configuration, validated, with defaults filled in. */
export type Configuration = { readonly [Name in SettingName]: z.output<(typeof settings)[Name]> };
