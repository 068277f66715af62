import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const REGISTER = join(__dirname, '..', 'support', 'register-typescript.cjs');
const LOGGER = join(__dirname, '..', '..', 'libs', 'runtime', 'src', 'logging', 'logger.ts');

const USE_LOGGER = `const logger = require(${JSON.stringify(LOGGER)}).createLogger('api', { LOG_LEVEL: 'info' });`;

/** Runs a program that may use `logger`, and returns what stands in its output, parsed. */
async function outputOf(program: string): Promise<{ time: string; msg: string; n?: number }[]> {
  const args = ['--require', REGISTER, '--eval', USE_LOGGER + program];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { time: string; msg: string });
}

describe('the log of a process', () => {
  it('has every line, to the letter, however many are written at once', async () => {
    const lines = await outputOf(
      `for (let n = 0; n < 5000; n++) logger.info({ n }, 'Grüße 👋');
       setTimeout(() => logger.info({ n: 5000 }, 'later'), 250);`,
    );
    expect(lines.map(({ n }) => n)).toEqual(Array.from({ length: 5001 }, (_, n) => n));
    expect(new Set(lines.map(({ msg }) => msg))).toEqual(new Set(['Grüße 👋', 'later']));
    const times = lines.map(({ time }) => time);
    expect(times.every((time) => new Date(time).toISOString() === time)).toBe(true);
    expect(Date.parse(times.at(-1) ?? '') - Date.parse(times[0] ?? '')).toBeGreaterThan(200);
  });

  it('keeps nobody from working, nor from ending, while its disk is full', async () => {
    const full = await open('/dev/full', 'w');
    const script = `${USE_LOGGER} const timer = setInterval(() => logger.info('line'), 5);
      setTimeout(() => { clearInterval(timer); process.exitCode = 7; }, 500);`;
    const child = spawn(process.execPath, ['--require', REGISTER, '--eval', script], {
      stdio: ['ignore', full.fd, 'inherit'],
      timeout: 20_000,
    });
    await expect(once(child, 'exit')).resolves.toEqual([7, null]);
    await full.close();
  });

  it('has its last lines when the process ends at once', async () => {
    await expect(outputOf(`logger.info('first'); process.exit(0);`)).resolves.toMatchObject([
      { msg: 'first' },
    ]);
    await expect(outputOf(`logger.fatal('over'); process.exit(0);`)).resolves.toMatchObject([
      { msg: 'over' },
    ]);
  });
});
