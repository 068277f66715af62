import 'reflect-metadata';
import { runCommandLine } from './command';
import type { CommandEntry } from './command';

const COMMANDS: Readonly<Record<string, CommandEntry>> = {
  start: {
    usage: [
      ['start', 'Runs everything on this machine, with a Postgres of its own unless DATABASE_URL is set.'],
    ],
    load: async () => (await import('./start/start.command.js')).startCommand,
  },
  demo: {
    usage: [
      [
        'demo [--count 2000] [--url <url> --project proj_… --key hiss_…]',
        'Sends generated sessions to the API that start runs, or that one, and shows what becomes of them.',
      ],
    ],
    load: async () => (await import('./demo/demo.command.js')).demoCommand,
  },
  migrate: {
    usage: [['migrate [--json]', 'Brings the tables of DATABASE_URL up to date; safe to repeat.']],
    load: async () => (await import('./migrate/migrate.command.js')).migrateCommand,
  },
  projects: {
    usage: [
      ['projects create <name> [--json]', 'Creates a project and prints its id.'],
      ['projects list [--json]', 'Lists all projects.'],
    ],
    load: async () => (await import('./projects/projects.command.js')).projectsCommand,
  },
  keys: {
    usage: [
      [
        'keys create --project proj_… [--name <name>] [--scopes read,write] [--expires 2027-01-01] [--json]',
        'Creates an API key and prints it, once. Without --scopes it may read and write; without --expires it never ends.',
      ],
      ['keys list --project proj_… [--json]', 'Lists the API keys of a project, never the keys themselves.'],
      [
        'keys revoke <key id> --project proj_… [--json]',
        'Ends an API key, on every API process within 5 seconds.',
      ],
    ],
    load: async () => (await import('./keys/keys.command.js')).keysCommand,
  },
  queue: {
    usage: [
      [
        'queue status [--json]',
        'Shows how much waits to be stored, when the API refuses more, and how many workers store.',
      ],
    ],
    load: async () => (await import('./queue/queue.command.js')).queueCommand,
  },
  'dead-letters': {
    usage: [
      [
        'dead-letters list [<which>] [--limit 50] [--json]',
        'Lists what could not be stored or indexed, newest first.',
      ],
      [
        'dead-letters show <id> [--content] [--json]',
        'Shows one of them; what people wrote in it only with --content.',
      ],
      [
        'dead-letters replay [<ids>] [<which>] [--limit <n>] [--json]',
        'Has them tried again, oldest first; one that fails again comes back. Safe to repeat.',
      ],
      [
        'dead-letters purge [<ids>] [<which>] [--all] [--limit <n>] [--yes] [--json]',
        'Deletes them for good, oldest first, after asking; --yes answers.',
      ],
      [
        '<which>: [--project proj_…] [--session sess_…] [--kind persist|index] [--reason <text>] [--after 2027-01-01] [--before 2027-01-31]',
        'Those that meet all of these: --reason is a part of the reason, --before is exclusive.',
      ],
    ],
    load: async () => (await import('./dead-letters/dead-letters.command.js')).deadLettersCommand,
  },
  index: {
    usage: [
      [
        'index status [--project proj_…] [--json]',
        'Shows how far indexing is: what waits, what was refused, and what the search engine holds.',
      ],
      [
        'index check [--project proj_…] [--quick] [--json]',
        'Compares the search index with the database, id by id; --quick only where the counts differ. Ends with 1 if anything differs.',
      ],
      [
        'index repair [--project proj_…] [--quick] [--json]',
        'Does the same and has what differs indexed again. Safe to repeat.',
      ],
      [
        'index rebuild [--json]',
        'Fills a new index beside the live one, then puts it in its place. Writes and searches go on; safe to repeat.',
      ],
    ],
    load: async () => (await import('./index-command/index.command.js')).indexCommand,
  },
};

void runCommandLine(process.argv.slice(2), COMMANDS, {
  environment: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
  printError: (line) => process.stderr.write(`${line}\n`),
}).then((code) => {
  process.exitCode = code;
});
