import type { CreateSessionDto, MessageView, SessionView } from '@sessions/contract';
import type { ProjectStats } from '@sessions/storage';
import type { Readiness } from '../health/health.controller';
import type { BatchResult } from '../sessions/batch/batch.service';

/** The project of the examples. */
export const PROJECT_ID = 'proj_xyz';

/** The session of the documented list and get. */
export const LISTED_SESSION: SessionView = {
  id: 'sess_abc123',
  project_id: PROJECT_ID,
  name: 'Login flow confusion',
  description: null,
  status: 'active',
  source: 'widget',
  session_type: 'chat',
  message_count: 3,
  analysis_status: 'analyzed',
  tags: ['bug'],
  custom_fields: {},
  user_metadata: { email: 'jane@example.com' },
  page_url: 'https://app.example.com/login',
  page_title: 'Sign In',
  contact_id: null,
  linked_entities: {},
  external_source: null,
  external_id: null,
  is_archived: false,
  is_human_takeover: false,
  first_message_at: '2026-01-15T10:30:00.000Z',
  last_activity_at: '2026-01-15T10:35:00.000Z',
  created_at: '2026-01-15T10:30:00.000Z',
  updated_at: '2026-01-15T10:35:00.000Z',
};

/** The messages of that session. */
export const MESSAGES: MessageView[] = [
  {
    id: 'msg_001',
    role: 'user',
    content: "I can't figure out how to reset my password.",
    createdAt: '2026-01-15T10:30:00.000Z',
    senderType: 'user',
  },
  {
    id: 'msg_002',
    role: 'assistant',
    content: "I can help with that. Click the 'Forgot Password' link on the login page.",
    createdAt: '2026-01-15T10:30:15.000Z',
    senderType: 'ai',
  },
  {
    id: 'msg_003',
    role: 'user',
    content: "There is no forgot password link. That's the problem.",
    createdAt: '2026-01-15T10:31:00.000Z',
    senderType: 'user',
  },
];

/** The documented body of a create. */
export const TICKET: CreateSessionDto = {
  name: 'Support ticket #4821',
  session_type: 'chat',
  tags: ['bug'],
  user_metadata: { email: 'jane@example.com', name: 'Jane Smith' },
  messages: [
    { role: 'user', content: 'The export button does nothing when I click it.' },
    { role: 'assistant', content: 'Thanks for reporting this. Can you tell me which browser you are using?' },
    { role: 'user', content: 'Chrome on macOS. Version 120.' },
  ],
};

/** What that create answers. */
export const CREATED_SESSION: SessionView = {
  ...LISTED_SESSION,
  id: 'sess_new456',
  name: 'Support ticket #4821',
  source: 'api',
  analysis_status: 'pending',
  user_metadata: { email: 'jane@example.com', name: 'Jane Smith' },
  page_url: null,
  page_title: null,
  contact_id: 'cont_7z2k9m',
  first_message_at: '2026-01-16T14:00:00.000Z',
  last_activity_at: '2026-01-16T14:00:00.000Z',
  created_at: '2026-01-16T14:00:00.000Z',
  updated_at: '2026-01-16T14:00:00.000Z',
};

/** A transcript that a connector sends, and sends again when it has grown. */
export const TRANSCRIPT: CreateSessionDto = {
  name: 'Quarterly review with Acme',
  source: 'gong',
  external_source: 'gong',
  external_id: 'call-7781',
  contact_email: 'jane@example.com',
  custom_fields: { deal_size: 12000, renewal: true },
  linked_entities: { companies: ['company_acme'], product_scopes: ['scope_export'] },
  messages: [
    {
      role: 'user',
      content: 'Exports take too long for our finance team.',
      created_at: '2026-01-16T13:00:00.000Z',
      sender_type: 'user',
    },
    {
      role: 'assistant',
      content: 'We are working on that this quarter.',
      created_at: '2026-01-16T13:00:20.000Z',
      sender_type: 'human_agent',
    },
  ],
};

/** What sending that transcript again answers. */
export const UPDATED_SESSION: SessionView = {
  ...CREATED_SESSION,
  id: 'sess_call789',
  name: 'Quarterly review with Acme',
  source: 'gong',
  session_type: 'meeting',
  message_count: 2,
  tags: [],
  custom_fields: { deal_size: 12000, renewal: true },
  user_metadata: {},
  linked_entities: { companies: ['company_acme'], product_scopes: ['scope_export'] },
  external_source: 'gong',
  external_id: 'call-7781',
  first_message_at: '2026-01-16T13:00:00.000Z',
  last_activity_at: '2026-01-16T13:00:20.000Z',
};

/** One result of each kind. */
export const BATCH_RESULTS: BatchResult[] = [
  { index: 0, status: 'created', id: 'sess_new456', retryable: false },
  { index: 1, status: 'updated', id: 'sess_call789', retryable: false },
  { index: 2, status: 'rejected', error: 'messages[0].content is required.', retryable: false },
  {
    index: 3,
    status: 'rejected',
    error: 'The session could not be queued right now; send it again in a moment.',
    retryable: true,
  },
];

/** What `stats=true` answers. */
export const STATS: ProjectStats = {
  lastActivityAt: '2026-01-16T14:00:00.000Z',
  isActive: true,
  hasAnySessions: true,
  total: 2,
  bySource: {
    widget: { total: 1, lastActivityAt: '2026-01-15T10:35:00.000Z' },
    api: { total: 1, lastActivityAt: '2026-01-16T14:00:00.000Z' },
  },
  byStatus: { active: { total: 2, lastActivityAt: '2026-01-16T14:00:00.000Z' } },
};

/** All parts serve. */
export const READY: Readiness = {
  status: 'ready',
  database: { status: 'up', engine: 'postgres' },
  queue: { status: 'up', engine: 'redis' },
  search: { status: 'up', engine: 'meilisearch' },
};

/** One part is away. */
export const NOT_READY: Readiness = {
  ...READY,
  status: 'not ready',
  error: 'The database or the queue does not serve right now; try again in a moment.',
  queue: {
    status: 'down',
    engine: 'redis',
    error: 'It does not serve right now; the log of the API says why.',
  },
};
