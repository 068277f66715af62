/** Where a session stands; `active` unless the client says otherwise. */
export const SESSION_STATUSES = ['active', 'closed'] as const;
/** Where one session stands. */
export type SessionStatus = (typeof SESSION_STATUSES)[number];

/** Where a session came from: the documented eight, and the two connectors the rulings add. */
export const SESSION_SOURCES = [
  'widget',
  'slack',
  'intercom',
  'zendesk',
  'gong',
  'posthog',
  'api',
  'manual',
  'github',
  'fathom',
] as const;
/** Where one session came from. */
export type SessionSource = (typeof SESSION_SOURCES)[number];

/** What kind of record a session is. */
export const SESSION_TYPES = ['chat', 'meeting', 'behavioral'] as const;
/** What kind of record one session is. */
export type SessionType = (typeof SESSION_TYPES)[number];

/** The only tags a session may carry. */
export const SESSION_TAGS = [
  'general_feedback',
  'wins',
  'losses',
  'bug',
  'feature_request',
  'change_request',
] as const;
/** A tag that a session may carry. */
export type SessionTag = (typeof SESSION_TAGS)[number];

/** Who speaks in a message, as the client sees it. */
export const MESSAGE_ROLES = ['user', 'assistant'] as const;
/** Who speaks in one message, as the client sees it. */
export type MessageRole = (typeof MESSAGE_ROLES)[number];

/** Who or what wrote a message. */
export const SENDER_TYPES = ['user', 'ai', 'human_agent', 'system'] as const;
/** Who or what wrote one message. */
export type SenderType = (typeof SENDER_TYPES)[number];

/** How far the analysis of a session is. Nothing in this product analyses; the column is another system's. */
export const ANALYSIS_STATUSES = ['pending', 'analyzed', 'failed'] as const;
/** How far the analysis of one session is. */
export type AnalysisStatus = (typeof ANALYSIS_STATUSES)[number];

/** The kinds of entity a session can be linked to by `linked_entities`. */
export const LINK_KINDS = ['companies', 'issues', 'knowledge_sources', 'product_scopes'] as const;
/** A kind of entity that a session can be linked to. */
export type LinkKind = (typeof LINK_KINDS)[number];

/** The session type that a source implies when the client names none. */
export function defaultSessionType(source: SessionSource): SessionType {
  if (source === 'gong' || source === 'fathom') return 'meeting';
  return source === 'posthog' ? 'behavioral' : 'chat';
}
