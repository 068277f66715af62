/** A session of the project `library`, whose lists and searches the rows know. */
export interface Seed {
  label: string;
  /** When its last message was written: its place in the list. */
  activity: string;
  /** When it counts as created. */
  created: string;
  /** What is sent to create it; its last message gets `activity` as its time. */
  body: {
    name: string;
    messages: { role: 'user' | 'assistant'; content: string }[];
    [field: string]: unknown;
  };
  /** Columns that only other systems set. */
  columns?: { is_archived?: boolean; is_human_takeover?: boolean; analysis_status?: string };
}

const user = (content: string) => ({ role: 'user' as const, content });
const assistant = (content: string) => ({ role: 'assistant' as const, content });
const TIE = '2026-03-05T00:00:00.000Z';

/** In the ruled order of a list: the latest activity first. Four share the same moment. */
export const SEEDS = [
  {
    label: 'login',
    activity: '2026-03-12T10:31:00.000Z',
    created: '2026-01-30T23:59:59.999Z',
    body: {
      name: 'Login flow confusion',
      source: 'widget',
      tags: ['bug'],
      contact_email: 'jane@example.com',
      page_url: 'https://app.example.com/login',
      messages: [
        user("I can't figure out how to reset my password."),
        assistant("I can help with that. Click the 'Forgot Password' link on the login page."),
        user("There is no forgot password link. That's the problem."),
      ],
    },
  },
  {
    label: 'refund',
    activity: '2026-03-11T00:00:00.000Z',
    created: '2026-01-31T00:00:00.000Z',
    body: {
      name: 'Refund request',
      description: 'Customer asks for reimbursement',
      status: 'closed',
      source: 'slack',
      tags: ['feature_request'],
      messages: [user('I was charged twice this month and want my money back.')],
    },
  },
  {
    label: 'export',
    activity: '2026-03-10T00:00:00.000Z',
    created: '2026-01-31T12:00:00.000Z',
    body: {
      name: 'Export button broken',
      source: 'zendesk',
      tags: ['bug', 'feature_request'],
      linked_entities: { companies: ['acme'], product_scopes: ['scope-1'] },
      messages: [
        user('The export button does nothing when I click it.'),
        user('Chrome on macOS. Version 120.'),
      ],
    },
  },
  {
    label: 'renewal',
    activity: '2026-03-09T00:00:00.000Z',
    created: '2026-01-31T23:59:59.999Z',
    body: {
      name: 'Renewal call',
      description: 'Quarterly business review',
      source: 'gong',
      tags: ['losses'],
      contact_id: 'crm-42',
      linked_entities: { product_scopes: ['scope-2', 'scope-3'] },
      messages: [user('Our contract ends in autumn and the pricing confused procurement.')],
    },
  },
  {
    label: 'percent',
    activity: '2026-03-08T00:00:00.000Z',
    created: '2026-02-01T00:00:00.000Z',
    body: { name: '100% of users_like it', source: 'intercom', messages: [user('Love the dark theme.')] },
  },
  {
    label: 'plain',
    activity: '2026-03-07T00:00:00.000Z',
    created: '2026-02-02T00:00:00.000Z',
    body: { name: '1000 of usersXlike it', source: 'github', messages: [user('Love the light theme.')] },
  },
  {
    label: 'takeover',
    activity: '2026-03-06T00:00:00.000Z',
    created: '2026-02-03T00:00:00.000Z',
    body: {
      name: 'Rotation event',
      source: 'posthog',
      linked_entities: { companies: ['globex'] },
      messages: [user('The password was rotated automatically.')],
    },
    columns: { is_human_takeover: true },
  },
  {
    label: 'analyzed',
    activity: TIE,
    created: '2026-02-04T00:00:00.000Z',
    body: { name: 'Kickoff', source: 'fathom', messages: [user('Welcome everybody.')] },
    columns: { analysis_status: 'analyzed' },
  },
  {
    label: 'failed',
    activity: TIE,
    created: '2026-02-05T00:00:00.000Z',
    body: { name: 'Phone note', source: 'manual', messages: [user('Caller hung up.')] },
    columns: { analysis_status: 'failed' },
  },
  {
    label: 'tieA',
    activity: TIE,
    created: '2026-02-06T00:00:00.000Z',
    body: { name: 'Tie', messages: [user('One of two.')] },
  },
  {
    label: 'tieB',
    activity: TIE,
    created: '2026-02-07T00:00:00.000Z',
    body: { name: 'Tie', messages: [user('Two of two.')] },
  },
  {
    label: 'archived',
    activity: '2026-03-04T00:00:00.000Z',
    created: '2026-01-31T13:00:00.000Z',
    body: {
      name: 'Old export complaint',
      tags: ['bug', 'wins'],
      linked_entities: { companies: ['acme'], product_scopes: ['scope-1'] },
      messages: [user('The export button was missing.')],
    },
    columns: { is_archived: true },
  },
] as const satisfies readonly Seed[];

export type SeedLabel = (typeof SEEDS)[number]['label'];

/** Company of the contact that `login` has by its e-mail address. */
export const CONTACT_COMPANY = { email: 'jane@example.com', company: 'globex' };

/** Every session that a list without filters shows, in order. */
export const VISIBLE: SeedLabel[] = SEEDS.filter((seed: Seed) => seed.columns?.is_archived !== true).map(
  ({ label }) => label,
);
