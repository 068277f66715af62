import { versionTime } from '@sessions/contract';
import type { AcceptedSession } from '@sessions/contract';
import { grouped, numberOf } from '../numbers';

/** Fields whose values are words of the product's own, which say nothing of what people wrote. */
const OWN_WORDS = new Set(['status', 'source', 'sessionType', 'tags']);

/** What is parked as a session, without what people wrote in it: how much there is of what. */
export interface PayloadShape {
  version: number;
  accepted_at: string;
  external_source: string | null;
  external_id: string | null;
  /** Whether it names a contact by an e-mail address. */
  names_contact: boolean;
  /** The fields that the client gave. */
  fields: Record<string, string>;
  /** Null when the client sent none. */
  messages: { count: number; by_role: Record<string, number>; characters: number; longest: number } | null;
}

/** Describes a parked session. */
export function shapeOf({ version, external, contact, fields, messages }: AcceptedSession): PayloadShape {
  return {
    version,
    accepted_at: versionTime(version),
    external_source: external?.source ?? null,
    external_id: external?.id ?? null,
    names_contact: contact !== undefined,
    fields: Object.fromEntries(
      Object.entries(fields).map(([name, value]) => [
        name,
        OWN_WORDS.has(name) ? JSON.stringify(value) : describe(value),
      ]),
    ),
    messages: messages === undefined ? null : describeMessages(messages),
  };
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `text of ${numberOf(value.length, 'character')}`;
  const bytes = `${grouped(Buffer.byteLength(JSON.stringify(value)))} bytes of JSON`;
  if (Array.isArray(value)) return `list of ${grouped(value.length)}, ${bytes}`;
  return typeof value === 'object'
    ? `object of ${numberOf(Object.keys(value).length, 'key')}, ${bytes}`
    : typeof value;
}

function describeMessages(messages: NonNullable<AcceptedSession['messages']>): PayloadShape['messages'] {
  const byRole: Record<string, number> = {};
  let characters = 0;
  let longest = 0;
  for (const { role, content } of messages) {
    byRole[role] = (byRole[role] ?? 0) + 1;
    characters += content.length;
    longest = Math.max(longest, content.length);
  }
  return { count: messages.length, by_role: byRole, characters, longest };
}
