import { ApiError } from '@sessions/contract';
import { ConfigurationError, parseConfiguration } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';
import { types } from 'node:util';
import { CommandError, UsageError } from './errors';

/** What a command may know of the process it runs in. */
export interface CommandContext {
  /** The environment variables as they are, for commands that pass them on to other processes. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The validated configuration. Throws `ConfigurationError` only when asked, so that help needs no settings. */
  readonly configuration: () => Configuration;
  /** Writes a line to standard output. */
  readonly print: (line: string) => void;
}

/**
 * One word of the command line. `run` gets what follows that word, and resolves when the work is done; it throws
 * `UsageError` for arguments that make no sense, and `CommandError` or `ApiError` for work that cannot be done.
 */
export interface Command {
  run(args: string[], context: CommandContext): Promise<void>;
}

/** A command that is loaded only when it is called, so that help and a mistyped word load nothing. */
export interface CommandEntry {
  /** What to type after the program's name, and what that does. */
  usage: readonly (readonly [synopsis: string, description: string])[];
  load(): Promise<Command>;
}

/**
 * A command whose second word says what to do, such as `keys list`.
 *
 * @param name the first word
 * @param actions what each second word does
 */
export function commandOf(name: string, actions: Readonly<Record<string, Command['run']>>): Command {
  return {
    run([word = '', ...args], context) {
      const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
      if (action !== undefined) return action(args, context);
      const known = Object.keys(actions).map((one) => `"${name} ${one}"`);
      const list = new Intl.ListFormat('en-GB', { type: 'disjunction' });
      return Promise.reject(new UsageError(`Say ${list.format(known)}.`));
    },
  };
}

/** Where a command line reads from and writes to. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (line: string) => void;
  readonly printError: (line: string) => void;
}

/** Runs one command line and resolves with the exit code: 0 done, 1 failed, 2 not understood. Never rejects. */
export async function runCommandLine(
  args: readonly string[],
  commands: Readonly<Record<string, CommandEntry>>,
  { environment, print, printError }: Surroundings,
): Promise<number> {
  const [name = '', ...rest] = args;
  if (['help', '--help', '-h'].includes(name)) {
    print(usageOf(commands, environment));
    return 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    printError(name === '' ? 'Say which command to run.' : `There is no command ${JSON.stringify(name)}.`);
    printError(usageOf(commands, environment));
    return 2;
  }
  if (rest.includes('--help') || rest.includes('-h')) {
    print(usageOf({ [name]: entry }, environment));
    return 0;
  }
  try {
    const command = await entry.load();
    await command.run(rest, { environment, configuration: () => configurationOf(environment), print });
    return 0;
  } catch (error) {
    printError(sentenceOf(error));
    if (environment.LOG_LEVEL === 'debug' && types.isNativeError(error)) printError(error.stack ?? '');
    if (!isUsageError(error)) return 1;
    printError(usageOf({ [name]: entry }, environment));
    return 2;
  }
}

type Environment = Surroundings['environment'];

/** Whether npm runs this, and not an image or a service, where there is no npm to advise. */
function isRunByNpm(environment: Environment): boolean {
  return environment.npm_lifecycle_event !== undefined;
}

function configurationOf(environment: Environment): Configuration {
  try {
    return parseConfiguration(environment);
  } catch (error) {
    if (!(error instanceof ConfigurationError) || environment.DATABASE_URL || !isRunByNpm(environment))
      throw error;
    throw new ConfigurationError(
      `${error.message} Set it, or have \`npm start\` run first, which shares its own.`,
      {
        cause: error,
      },
    );
  }
}

function usageOf(commands: Readonly<Record<string, CommandEntry>>, environment: Environment): string {
  const lines = Object.values(commands).flatMap((command) => command.usage);
  const program = isRunByNpm(environment) ? 'npm run cli --' : 'node dist/apps/cli/src/main.js';
  return [
    `Usage: ${program} <command>`,
    '',
    ...lines.map(([synopsis, description]) => `  ${synopsis}\n      ${description}`),
  ].join('\n');
}

/** `parseArgs` reports a wrong option by an error code, not by a class. */
function isUsageError(error: unknown): boolean {
  return error instanceof UsageError || codeOf(error).startsWith('ERR_PARSE_ARGS_');
}

/** Our own errors and those of `parseArgs` are written for people; anything else is a fault and says so. */
function sentenceOf(error: unknown): string {
  if (!types.isNativeError(error)) return `The command failed: ${String(error)}`;
  const own = [UsageError, CommandError, ConfigurationError, ApiError].some((type) => error instanceof type);
  if (own || isUsageError(error)) return error.message;
  return `The command failed: ${messageOf(error)} (LOG_LEVEL=debug shows where).`;
}

/** What an error says; errors of the network may say it by their code alone. */
export function messageOf(error: unknown): string {
  return types.isNativeError(error) ? error.message || codeOf(error) || error.name : String(error);
}

/** The code of an error of Node, Postgres or the network (`ECONNREFUSED`, `42P01`); empty when it has none. */
export function codeOf(error: unknown): string {
  return types.isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : '';
}
