import { ApiError } from '@sessions/contract';
import { runCommandLine } from './command';
import type { CommandContext, CommandEntry } from './command';
import { CommandError, UsageError } from './errors';
import { parseArgs } from 'node:util';

/** A command that does what the test says. */
function entry(run: (args: string[], context: CommandContext) => void): CommandEntry {
  return {
    usage: [['greet <name>', 'Greets somebody.']],
    load: () => Promise.resolve({ run: async (args, context) => Promise.resolve(run(args, context)) }),
  };
}

async function execute(
  args: string[],
  run: (args: string[], context: CommandContext) => void = () => undefined,
  environment: Record<string, string> = {},
): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await runCommandLine(
    args,
    { greet: entry(run) },
    { environment, print: (line) => out.push(line), printError: (line) => err.push(line) },
  );
  return { code, out: out.join('\n'), err: err.join('\n') };
}

describe('runCommandLine', () => {
  it('gives the command its arguments and ends with 0', async () => {
    const result = await execute(['greet', 'Jane', '--json'], (args, context) =>
      context.print(args.join(' ')),
    );
    expect(result).toEqual({ code: 0, out: 'Jane --json', err: '' });
  });

  it.each([['help'], ['--help'], ['-h'], ['greet', '--help'], ['greet', 'x', '-h']])(
    'prints the usage for %j %j and ends with 0',
    async (...args) => {
      const run = jest.fn();
      const { code, out } = await execute(args, run);
      expect(code).toBe(0);
      expect(out).toContain('greet <name>\n      Greets somebody.');
      expect(run).not.toHaveBeenCalled();
    },
  );

  it.each([
    [[], 'Say which command to run.'],
    [['shout'], 'There is no command "shout".'],
    [['constructor'], 'There is no command "constructor".'],
  ])('prints the usage for %j and ends with 2', async (args, sentence) => {
    const { code, out, err } = await execute(args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(`${sentence}\nUsage: node dist/apps/cli/src/main.js <command>`);
  });

  it('names npm where npm runs it', async () => {
    const { out } = await execute(['help'], undefined, { npm_lifecycle_event: 'cli' });
    expect(out).toContain('Usage: npm run cli -- <command>');
  });

  it('ends with 2 and the usage for arguments that make no sense', async () => {
    const { code, err } = await execute(['greet'], () => {
      throw new UsageError('Give a name.');
    });
    expect(code).toBe(2);
    expect(err).toContain('Give a name.\nUsage:');
    const unknown = await execute(['greet', '--loud'], (args) => void parseArgs({ args, options: {} }));
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain("Unknown option '--loud'");
  });

  it.each([
    [new CommandError('The door is shut: open it.'), 'The door is shut: open it.'],
    [new ApiError(404, 'There is no such thing.'), 'There is no such thing.'],
    [
      new TypeError('x is not a function'),
      'The command failed: x is not a function (LOG_LEVEL=debug shows where).',
    ],
  ])('ends with 1 and one sentence for %p', async (error, sentence) => {
    const fail = () => {
      throw error;
    };
    expect(await execute(['greet'], fail)).toEqual({ code: 1, out: '', err: sentence });
    const { err } = await execute(['greet'], fail, { LOG_LEVEL: 'debug' });
    expect(err).toContain('command.spec.ts');
  });

  it('asks for settings only when the command does', async () => {
    const { code, err } = await execute(['greet'], (_, context) => void context.configuration());
    expect(code).toBe(1);
    expect(err).toBe('DATABASE_URL is missing: The Postgres (16 or newer) that stores sessions.');
  });

  it('advises to start the product where npm could do so', async () => {
    const { err } = await execute(['greet'], (_, context) => void context.configuration(), {
      npm_lifecycle_event: 'cli',
    });
    expect(err).toMatch(
      /^DATABASE_URL is missing: .* Set it, or have `npm start` run first, which shares its own\.$/,
    );
  });
});
