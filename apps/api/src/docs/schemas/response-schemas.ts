import {
  ANALYSIS_STATUSES,
  LINK_KINDS,
  MESSAGE_ROLES,
  SENDER_TYPES,
  SESSION_SOURCES,
  SESSION_STATUSES,
  SESSION_TAGS,
  SESSION_TYPES,
} from '@sessions/contract';
import type { MessageView, SessionView } from '@sessions/contract';
import type { ActivityStats, ProjectStats } from '@sessions/storage';
import type { SessionWithMessages } from '../../sessions/read/get-session.service';
import type { SessionList } from '../../sessions/read/list-sessions.service';
import { ref } from './schema';
import type { OpenApiObject } from './schema';

const text = { type: 'string' };
const textOrNull = { type: ['string', 'null'] };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const anyObject = { type: 'object', additionalProperties: true };
const time = { type: 'string', format: 'date-time', description: 'ISO 8601, UTC, with milliseconds.' };
const timeOrNull = { ...time, type: ['string', 'null'] };
/** A schema, with what its values mean before what it says of them itself. */
const meaning = (description: string, schema: OpenApiObject): OpenApiObject => {
  const itself = typeof schema.description === 'string' ? ` ${schema.description}` : '';
  return { ...schema, description: description + itself };
};
const id = (prefix: string) => ({ type: 'string', pattern: `^${prefix}_` });
const oneOf = (values: readonly string[]) => ({ type: 'string', enum: values });

/** An object that has all of the fields of a type, so that the compiler finds one that is missing here. */
function all<View>(properties: Record<keyof View & string, OpenApiObject>): OpenApiObject {
  return {
    type: 'object',
    properties,
    required: Object.keys(properties),
  };
}

const Session = all<SessionView>({
  id: id('sess'),
  project_id: id('proj'),
  name: textOrNull,
  description: textOrNull,
  status: oneOf(SESSION_STATUSES),
  source: oneOf(SESSION_SOURCES),
  session_type: oneOf(SESSION_TYPES),
  message_count: count,
  analysis_status: meaning('Set by other systems.', oneOf(ANALYSIS_STATUSES)),
  tags: { type: 'array', items: oneOf(SESSION_TAGS) },
  custom_fields: anyObject,
  user_metadata: meaning(
    'What is known of the person; a `user_id` that was given is its `userId`.',
    anyObject,
  ),
  page_url: textOrNull,
  page_title: textOrNull,
  contact_id: meaning('As given, else the contact with the e-mail address that was given.', textOrNull),
  linked_entities: {
    type: 'object',
    description: 'Ids of other systems. A kind without any is absent.',
    properties: Object.fromEntries(LINK_KINDS.map((kind) => [kind, { type: 'array', items: text }])),
  },
  external_source: meaning('With `external_id` the record that names the session; null without.', textOrNull),
  external_id: textOrNull,
  is_archived: meaning(
    'Set by other systems. Lists leave out archived sessions unless `showArchived=true`.',
    flag,
  ),
  is_human_takeover: meaning('Set by other systems.', flag),
  first_message_at: meaning(
    'The earliest given with its messages, else of acceptance; null without.',
    timeOrNull,
  ),
  last_activity_at: meaning('The latest given with its messages, else of acceptance; it orders lists.', time),
  created_at: meaning('When its first version was accepted.', time),
  updated_at: meaning('When its latest change was accepted.', time),
});

const Message = all<MessageView>({
  id: id('msg'),
  role: oneOf(MESSAGE_ROLES),
  content: text,
  createdAt: time,
  senderType: oneOf(SENDER_TYPES),
});

const SessionPage = all<SessionList>({
  sessions: { type: 'array', items: ref('schemas', 'Session') },
  total: {
    ...count,
    description:
      'How many sessions match, whatever the length of the page. Of what the search index holds, a search counts ' +
      '10,000 at most, and no more can be paged through.',
  },
  next_cursor: { ...textOrNull, description: 'Send it as `cursor` for the next page; null at the end.' },
});

const Activity = all<ActivityStats>({
  total: count,
  lastActivityAt: timeOrNull,
});

const Stats = all<{ stats: ProjectStats }>({
  stats: all<ProjectStats>({
    lastActivityAt: timeOrNull,
    isActive: { ...flag, description: 'Whether anything happened in the last 7 days.' },
    hasAnySessions: flag,
    total: count,
    bySource: perValueOf(SESSION_SOURCES),
    byStatus: perValueOf(SESSION_STATUSES),
  }),
});

/** Sessions and messages as they are answered. */
export const SESSION_SCHEMAS: Readonly<Record<string, OpenApiObject>> = {
  Session,
  Message,
  SessionResult: all<{ session: SessionView }>({ session: ref('schemas', 'Session') }),
  SessionWithMessages: all<SessionWithMessages>({
    session: ref('schemas', 'Session'),
    messages: {
      type: 'array',
      items: ref('schemas', 'Message'),
      description: 'The whole history, in the order in which it was sent.',
    },
  }),
  SessionPage,
  Activity,
  Stats,
};

function perValueOf(values: readonly string[]): OpenApiObject {
  return {
    type: 'object',
    propertyNames: { enum: values },
    additionalProperties: ref('schemas', 'Activity'),
  };
}
