import type { Random } from '../../support/random';

const SOURCES = ['widget', 'slack', 'intercom', 'zendesk', 'api', 'manual'] as const;
const TAGS = ['general_feedback', 'bug', 'feature_request', 'change_request'] as const;
const SENTENCES = [
  'The export button does nothing when I click it.',
  'Which browser do you use?',
  'Firefox on Linux, the newest version.',
  'Thanks, we are looking into it.',
  'It also happens with a second account.',
  'Grüße aus Köln, 日本語 and an emoji 🙂 belong in a transcript too.',
] as const;

/** A message as it is sent. */
export interface MessageBody {
  role: 'user' | 'assistant';
  content: string;
  sender_type?: 'human_agent';
  created_at?: string;
}

/** A session as it is sent. */
export interface SessionBody {
  name: string;
  description: string;
  status: 'active' | 'closed';
  source: (typeof SOURCES)[number];
  session_type: 'chat' | 'meeting';
  contact_email: string;
  user_metadata: Record<string, unknown>;
  /** `write` says which write it is. */
  custom_fields: { write: string; score: number; nested: { list: (number | null)[] } };
  page_url: string;
  page_title: string;
  tags: string[];
  linked_entities: { companies: string[] };
  messages: MessageBody[];
  external_source?: string;
  external_id?: string;
}

/** What a record of another system keeps from version to version. */
export interface RecordIdentity {
  external_source: string;
  external_id: string;
}

/**
 * Makes a body in which every field differs from write to write, so that a mix-up shows.
 *
 * @param write the write's own word
 * @param shared a word that many sessions have in their name, by which they are searched together
 * @param messages how many
 */
export function makeBody(
  random: Random,
  write: string,
  shared: string,
  messages: number,
  record?: RecordIdentity,
): SessionBody {
  return {
    name: `Session ${shared} ${write}`,
    description: `Written as ${write}`,
    status: random.pick(['active', 'closed']),
    source: random.pick(SOURCES),
    session_type: random.pick(['chat', 'meeting']),
    contact_email: `Person${random.between(1, 40)}@Example.com`,
    user_metadata: { plan: random.pick(['free', 'team']), seats: random.between(1, 500), of: write },
    custom_fields: {
      write,
      score: random.between(0, 1000) / 8,
      nested: { list: [random.between(0, 9), null] },
    },
    page_url: `https://app.example.com/${write}`,
    page_title: `Page of ${write}`,
    tags: [random.pick(TAGS)],
    linked_entities: { companies: [`company-${random.between(1, 20)}`] },
    messages: Array.from({ length: messages }, (_, place) => makeMessage(random, write, place)),
    ...record,
  };
}

function makeMessage(random: Random, write: string, place: number): MessageBody {
  const role = place % 2 === 0 ? 'user' : 'assistant';
  const message: MessageBody = { role, content: `${place}. ${random.pick(SENTENCES)} (${write})` };
  if (role === 'assistant' && random.chance(0.3)) message.sender_type = 'human_agent';
  // Not in the order of the messages on purpose: a position, not a time, orders them.
  if (random.chance(0.3)) {
    message.created_at = new Date(Date.UTC(2026, 0, 1) + random.between(0, 10_000_000_000)).toISOString();
  }
  return message;
}
