import { ConfigurationError, parseConfiguration } from './configuration';
import { settings } from './settings';

const DATABASE_URL = 'postgres://localhost/sessions';

function problemsOf(environment: Record<string, string>): string {
  try {
    parseConfiguration(environment);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return '';
}

describe('parseConfiguration', () => {
  it('needs nothing but a database, and fills in the rest', () => {
    const configuration = parseConfiguration({ DATABASE_URL, PATH: '/bin', HOME: '/' });
    expect(configuration).toMatchObject({
      DATABASE_URL,
      HOST: '127.0.0.1',
      PORT: 3000,
      LOG_LEVEL: 'info',
      WORKER_ROLES: ['persist', 'index', 'maintenance'],
      INGEST_GROUP_MS: 2,
      LIMIT_BODY_BYTES: 10 * 1024 * 1024,
      LIMIT_MESSAGES: 20_000,
      LIMIT_MESSAGE_BYTES: 256 * 1024,
      LIMIT_METADATA_BYTES: 64 * 1024,
      LIMIT_LINKS: 100,
      LIMIT_BATCH_SESSIONS: 10_000,
      LIMIT_BATCH_BYTES: 64 * 1024 * 1024,
    });
    expect([configuration.REDIS_URL, configuration.MEILI_URL]).toEqual([undefined, undefined]);
    expect(Object.keys(configuration).every((name) => name in settings)).toBe(true);
  });

  it('takes an empty value for none', () => {
    expect(parseConfiguration({ DATABASE_URL, PORT: '', REDIS_URL: '' })).toMatchObject({ PORT: 3000 });
    expect(problemsOf({ DATABASE_URL: '' })).toBe(problemsOf({}));
  });

  it.each([
    ['DATABASE_URL', 'postgres://a:b%40c@h/d?application_name=x&ssl=true', 'postgres://a:b%40c@h/d?ssl=true'],
    ['DATABASE_URL', 'postgres://a:b@h/d?ssl=true', 'postgres://a:b@h/d?ssl=true'],
    ['PORT', '0', 0],
    ['HOST', 'localhost', '127.0.0.1'],
    ['HOST', '0.0.0.0', '0.0.0.0'],
    ['REDIS_URL', 'rediss://cache:6380', 'rediss://cache:6380'],
    ['MEILI_URL', 'http://meili:7700', 'http://meili:7700'],
    ['WORKER_ROLES', 'persist, index', ['persist', 'index']],
    ['LIMIT_MESSAGES', '5', 5],
  ])('reads %s=%s', (name, value, expected) => {
    expect(parseConfiguration({ DATABASE_URL, [name]: value })).toMatchObject({ [name]: expected });
  });

  it.each([
    [
      'DATABASE_URL',
      'mysql://x',
      'DATABASE_URL must be a URL that begins with postgres:// or postgresql://.',
    ],
    ['REDIS_URL', 'localhost', 'REDIS_URL must be a URL that begins with redis:// or rediss://.'],
    ['MEILI_URL', 'https://user:secret@meili', 'MEILI_URL must hold no user or password; set MEILI_API_KEY.'],
    ['MEILI_URL', 'ftp://x', 'MEILI_URL must be a URL that begins with http:// or https://.'],
    ['PORT', '65536', 'PORT must be a whole number from 0 to 65535.'],
    ['PORT', '1.5', 'PORT must be a whole number from 0 to 65535.'],
    ['PORT', ' ', 'PORT must be a whole number from 0 to 65535.'],
    ['PORT', '0x50', 'PORT must be a whole number from 0 to 65535.'],
    ['PORT', 'http', 'PORT must be a whole number from 0 to 65535.'],
    ['LOG_LEVEL', 'loud', 'LOG_LEVEL must be one of fatal, error, warn, info, debug, trace, silent.'],
    ['QUEUE_NAME', 'a:b', 'QUEUE_NAME must be 1 to 50 letters, digits, - or _.'],
    ['WORKER_ROLES', 'persist,api', 'WORKER_ROLES may name only persist, index, maintenance.'],
  ])('refuses %s=%s in a sentence that names it', (name, value, sentence) => {
    expect(problemsOf({ DATABASE_URL, [name]: value })).toBe(sentence);
  });

  it('says what a missing setting is for', () => {
    expect(problemsOf({})).toBe('DATABASE_URL is missing: The Postgres (16 or newer) that stores sessions.');
  });

  it('names a setting of ours that there is not, with those that there are', () => {
    expect(problemsOf({ DATABASE_URL, PERSIST_BATCH: '5' })).toBe(
      'PERSIST_BATCH is not a setting. Known are PERSIST_BATCH_SESSIONS.',
    );
  });

  it.each([
    ['REDIS_URI', 'REDIS_URI is not a setting; did you mean REDIS_URL?'],
    ['QUEUE_NAMES', 'QUEUE_NAMES is not a setting; did you mean QUEUE_NAME?'],
    ['DATABSE_URL', 'DATABSE_URL is not a setting; did you mean DATABASE_URL?'],
  ])('tells what %s was meant to be', (name, sentence) => {
    expect(problemsOf({ DATABASE_URL, [name]: 'x' })).toBe(sentence);
  });

  it.each([
    'WORKER_SERVICE_HOST',
    'WORKER_PORT',
    'WORKER_PORT_80_TCP_ADDR',
    'REDIS_PASSWORD',
    'MEILI_ENV',
    'POST',
  ])('leaves %s to those whose it is', (name) => expect(problemsOf({ DATABASE_URL, [name]: 'x' })).toBe(''));

  it('names every problem at once, and never the value of a secret', () => {
    const message = problemsOf({ DATABASE_URL: 'mysql://u:secret@h', PORT: 'x', LIMIT_LINK: '1' });
    for (const name of ['DATABASE_URL', 'PORT', 'LIMIT_LINK']) expect(message).toContain(`${name} `);
    expect(message).not.toContain('secret');
  });
});
