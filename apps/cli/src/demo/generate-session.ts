import type { SessionSource } from '@sessions/contract';
import { PRODUCTS, THEMES } from './themes';

/** The body of a `POST /api/sessions`. */
export type SessionBody = Record<string, unknown> & { name: string };

const FIRST_NAMES = ['Jane', 'Amir', 'Chloé', 'Wei', 'Ingrid', 'Tomás', 'Priya', 'Łukasz', 'Olu', 'Sakura'];
const LAST_NAMES = [
  'Smith',
  'Haddad',
  'Martin',
  'Zhang',
  'Olsen',
  'García',
  'Patel',
  'Nowak',
  'Adeyemi',
  'Tanaka',
];
const COMPANIES = ['acme', 'globex', 'initech', 'umbrella', 'hooli', 'stark', 'wayne', 'wonka'];
const PLANS = ['free', 'team', 'business', 'enterprise'];
const SOURCES: readonly SessionSource[] = [
  'widget',
  'widget',
  'widget',
  'intercom',
  'intercom',
  'zendesk',
  'zendesk',
  'slack',
  'gong',
  'api',
  'manual',
];

const MINUTE_MS = 60_000;
const MONTH_MS = 30 * 24 * 60 * MINUTE_MS;

/**
 * Makes the `index`-th session of a demo: the same index gives the same conversation, and its neighbours differ in
 * theme, person, company and source. `run` is a word in the description, and a company id, that all sessions of one
 * demo share, to count them by.
 */
export function generateSession(index: number, run: string, now: number): SessionBody {
  const random = randomFrom(index);
  const pick = <Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item =>
    items[Math.floor(random() * items.length)] as Item;
  const theme = pick(THEMES);
  const firstName = pick(FIRST_NAMES);
  const lastName = pick(LAST_NAMES);
  const company = pick(COMPANIES);
  const email = `${firstName}.${lastName}@${company}.example`
    .normalize('NFD')
    .replace(/[^\w.@]/g, '')
    .toLowerCase();
  const plan = pick(PLANS);
  const startedAt = now - Math.floor(random() * MONTH_MS);
  const texts = [pick(theme.openings).replace('{product}', pick(PRODUCTS)), theme.reply, pick(theme.endings)];
  const length = random() < 0.2 ? 1 : 3;
  return {
    name: `${theme.name} (#${1000 + index})`,
    description: `${firstName} ${lastName} of ${company} about ${theme.page} (${run})`,
    source: pick(SOURCES),
    status: random() < 0.6 ? 'closed' : 'active',
    tags: random() < 0.15 ? [theme.tag, 'general_feedback'] : [theme.tag],
    contact_email: email,
    user_metadata: { name: `${firstName} ${lastName}`, email, plan },
    custom_fields: { plan, seats: Math.ceil(random() * 200), urgent: random() < 0.1 },
    page_url: `https://app.example.com${theme.page}`,
    page_title: theme.name,
    linked_entities: { companies: [company, run] },
    messages: texts.slice(0, length).map((content, position) => ({
      role: position % 2 === 0 ? 'user' : 'assistant',
      sender_type: position % 2 === 0 ? 'user' : random() < 0.5 ? 'ai' : 'human_agent',
      content: content.charAt(0).toUpperCase() + content.slice(1),
      created_at: new Date(startedAt + position * MINUTE_MS).toISOString(),
    })),
  };
}

/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = Math.imul(seed + 1, 0x9e3779b1);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
