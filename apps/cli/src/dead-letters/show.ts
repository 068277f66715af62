import type { AcceptedSession } from '@sessions/contract';
import { databaseOf } from '@sessions/runtime';
import { DeadLetterReader } from '@sessions/storage';
import { parseArgs } from 'node:util';
import type { CommandContext } from '../command';
import { CommandError, UsageError } from '../errors';
import { withDatabase } from '../database';
import { grouped } from '../numbers';
import { json } from '../options';
import { letterView } from './letter-view';
import type { LetterView } from './letter-view';
import { shapeOf } from './payload-shape';
import type { PayloadShape } from './payload-shape';
import { printable, printableJson } from './printable';
import { letterIdOf } from './selection';

/** What could not be done, in words. */
const FAILED_AT: Readonly<Record<string, string>> = {
  persist: 'persist: the database refused to store it',
  index: 'index: it is stored, and the search engine refused it',
};

/** `dead-letters show`: all of one letter; what people wrote in it only when asked, since terminals are kept too. */
export async function show(args: string[], context: CommandContext): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      content: { type: 'boolean', default: false },
      json,
    },
  });
  const [given, ...more] = positionals;
  if (given === undefined || more.length > 0) {
    throw new UsageError('Give one id, such as dead_…; `dead-letters list` shows them.');
  }
  const id = letterIdOf(given);
  const letter = await withDatabase(context.configuration(), [], (dataSource) =>
    new DeadLetterReader(databaseOf(dataSource)).get(id),
  );
  if (letter === null) {
    throw new CommandError(
      `There is no dead letter ${given}; \`dead-letters list\` shows those that there are.`,
    );
  }
  const view = letterView(letter);
  const shape = letter.kind === 'persist' ? shapeOf(letter.payload as AcceptedSession) : null;
  const content = values.content ? { payload: letter.payload } : {};
  if (values.json) return context.print(printableJson({ ...view, shape, ...content }));
  const lines = [...summaryLines(view), ...(shape === null ? [] : shapeLines(shape))];
  context.print(lines.map(([label, text]) => `${label.padEnd(13)}${printable(text)}`).join('\n'));
  if (values.content) context.print(`\n${printableJson(letter.payload, 2)}`);
  else if (shape !== null) context.print('\n--content shows what is in it, too.');
}

type Line = readonly [label: string, text: string];

function summaryLines(view: LetterView): Line[] {
  return [
    ['Dead letter', view.id],
    ['Failed at', FAILED_AT[view.kind] ?? view.kind],
    ['Reason', view.reason],
    ['Project', view.project_id],
    ['Session', view.session_id],
    ['Parked', view.parked_at],
    ['Attempts', grouped(view.attempts)],
  ];
}

function shapeLines(shape: PayloadShape): Line[] {
  const { external_source: source, external_id: id, messages } = shape;
  const fields = Object.entries(shape.fields);
  return [
    ['Accepted', `${shape.accepted_at} as version ${shape.version}`],
    ['External', source === null ? 'no record of another system' : `${source} ${id ?? ''}`],
    ['Contact', shape.names_contact ? 'named by an e-mail address' : 'none by e-mail address'],
    ...fields.map(([name, text], place): Line => [place === 0 ? 'Fields' : '', `${name}: ${text}`]),
    ['Messages', messages === null ? 'none sent' : messagesText(messages)],
  ];
}

function messagesText({
  count,
  by_role,
  characters,
  longest,
}: NonNullable<PayloadShape['messages']>): string {
  if (count === 0) return '0';
  const roles = Object.entries(by_role).map(([role, number]) => `${grouped(number)} ${role}`);
  return `${grouped(count)} (${roles.join(', ')}), ${grouped(characters)} characters, the longest ${grouped(longest)}`;
}
