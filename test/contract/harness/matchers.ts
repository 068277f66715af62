import type { Answer } from './client';
import type { Context } from './row';

/** A session object, as far as rows look into it. */
export interface SessionBody {
  id: string;
  name: string | null;
  created_at: string;
  updated_at: string;
  first_message_at: string | null;
  last_activity_at: string;
  contact_id: string | null;
  message_count: number;
  user_metadata: Record<string, unknown>;
  custom_fields: Record<string, unknown>;
}

/** A message of a session, as far as rows look into it. */
export interface MessageBody {
  id: string;
  content: string;
  createdAt: string;
}

/** A page of a list. */
export interface ListBody {
  sessions: SessionBody[];
  total: number;
  next_cursor: string | null;
}

/** One result of a batch. */
export interface BatchResult {
  index: number;
  status: string;
  id?: string;
  error?: string;
  retryable: boolean;
}

/** Every field of a session object: the documented list example, and the four that the rulings add. */
export const SESSION_FIELDS = [
  'id',
  'project_id',
  'name',
  'description',
  'status',
  'source',
  'session_type',
  'message_count',
  'analysis_status',
  'tags',
  'custom_fields',
  'user_metadata',
  'page_url',
  'page_title',
  'is_archived',
  'is_human_takeover',
  'first_message_at',
  'last_activity_at',
  'created_at',
  'updated_at',
  'contact_id',
  'linked_entities',
  'external_source',
  'external_id',
].sort();

const SESSION_ID = /^sess_[0-9a-z]+$/;
const TIMESTAMP = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export const timestamp: unknown = expect.stringMatching(TIMESTAMP);
export const sessionId: unknown = expect.stringMatching(SESSION_ID);
export const messageId: unknown = expect.stringMatching(/^msg_[0-9a-z]+$/);
export const projectId: unknown = expect.stringMatching(/^proj_[0-9a-z]+$/);

/** The newest answer of a row. */
export function last({ answers }: Context): Answer {
  return answer(answers, answers.length - 1);
}

/** The answer of a row's first step. */
export function first({ answers }: Context): Answer {
  return answer(answers, 0);
}

function answer(answers: Answer[], index: number): Answer {
  const found = answers[index];
  if (found === undefined) throw new Error('The row has had no answer yet.');
  return found;
}

export function sessionOf({ json }: Answer): SessionBody {
  return (json as { session: SessionBody }).session;
}

export function messagesOf({ json }: Answer): MessageBody[] {
  return (json as { messages: MessageBody[] }).messages;
}

export function listOf({ json }: Answer): ListBody {
  return json as ListBody;
}

export function resultsOf({ json }: Answer): BatchResult[] {
  return (json as { results: BatchResult[] }).results;
}

/** Different values among the given ones. */
export function distinct(values: readonly unknown[]): number {
  return new Set(values).size;
}
