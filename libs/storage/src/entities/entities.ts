import { Contact } from './contact.entity';
import { DeadLetter } from './dead-letter.entity';
import { IdempotencyKey } from './idempotency-key.entity';
import { QueuedSession } from './queued-session.entity';
import { SearchOutboxRow } from './search-outbox-row.entity';
import { Session } from './session.entity';
import { SessionLink } from './session-link.entity';
import { SessionMessage } from './session-message.entity';

/**
 * Every entity of this library. Sessions are read and written by SQL of our own; what these say of the tables a test
 * compares with what the migrations make.
 */
export const ENTITIES = [
  Session,
  SessionMessage,
  SessionLink,
  Contact,
  SearchOutboxRow,
  DeadLetter,
  IdempotencyKey,
  QueuedSession,
] as const;
