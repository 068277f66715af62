import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { settings } from './settings';

/** What docker-compose.yml reads from .env for itself. */
const COMPOSE_ONLY = [
  'POSTGRES_PASSWORD',
  'REDIS_PASSWORD',
  'MEILI_MASTER_KEY',
  'API_PORT',
  'REDIS_MAXMEMORY',
  'STOP_GRACE_PERIOD',
];

/** Settings without a default; the value beside them is an example. */
const NO_DEFAULT = ['DATABASE_URL', 'REDIS_URL', 'MEILI_URL', 'MEILI_API_KEY'];

const lines = readFileSync(join(__dirname, '..', '..', '..', '..', '.env.example'), 'utf8').split('\n');
const shown = lines.flatMap((line, index) => {
  const [, name, value] = /^(?:# )?([A-Z][A-Z_]+)=(.*)$/.exec(line) ?? [];
  return name === undefined || value === undefined ? [] : [{ name, value, above: lines[index - 1] ?? '' }];
});
const shownSettings = shown.filter(({ name }) => !COMPOSE_ONLY.includes(name));

describe('.env.example', () => {
  it('names every setting, once, and nothing else', () => {
    expect(shownSettings.map(({ name }) => name).sort()).toEqual(Object.keys(settings).sort());
    expect(shown).toHaveLength(shownSettings.length + COMPOSE_ONLY.length);
  });

  it.each(shownSettings)('explains $name', ({ above }) => {
    expect(above).toMatch(/^# [A-Z].*\.$/);
  });

  it.each(shownSettings.filter(({ name }) => !NO_DEFAULT.includes(name)))(
    'shows the default of $name',
    ({ name, value }) => {
      const setting = settings[name as keyof typeof settings];
      expect(setting.parse(value)).toEqual(setting.parse(undefined));
    },
  );
});
