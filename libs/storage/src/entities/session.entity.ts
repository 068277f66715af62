import type {
  AnalysisStatus,
  LinkedEntities,
  SessionRecord,
  SessionSource,
  SessionStatus,
  SessionTag,
  SessionType,
} from '@sessions/contract';
import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A stored session without its messages. Descending and partial indexes are the migrations' alone. */
@Entity('sessions')
@Index('sessions_list', { synchronize: false })
@Index('sessions_created', { synchronize: false })
@Index('sessions_contact', { synchronize: false })
@Index('sessions_features', { synchronize: false })
@Index('sessions_name', { synchronize: false })
@Index('sessions_activity', ['projectId', 'source', 'status', 'lastActivityAt'])
export class Session {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  /** UUID; `sess_…` outside. Derived from the external record or the idempotency key where there is one. */
  @PrimaryColumn('uuid')
  id!: string;

  /** The client's; nothing in the background overwrites it. */
  @Column('text', { nullable: true })
  name!: string | null;

  /** The client's; nothing in the background overwrites it. */
  @Column('text', { nullable: true })
  description!: string | null;

  @Column('text')
  status!: SessionStatus;

  @Column('text')
  source!: SessionSource;

  @Column('text', { name: 'session_type' })
  sessionType!: SessionType;

  /** A contact's id as the client gave it, or that of the contact its e-mail address names. No foreign key. */
  @Column('text', { name: 'contact_id', nullable: true })
  contactId!: string | null;

  /** Key-value data about the user; values keep their JSON types. */
  @Column('jsonb', { name: 'user_metadata' })
  userMetadata!: Record<string, unknown>;

  /** Key-value data of the client's own; values keep their JSON types. */
  @Column('jsonb', { name: 'custom_fields' })
  customFields!: Record<string, unknown>;

  @Column('text', { array: true })
  tags!: SessionTag[];

  /** The links as they are shown; `session_links` holds the same to be filtered by. */
  @Column('jsonb', { name: 'linked_entities' })
  linkedEntities!: LinkedEntities;

  @Column('text', { name: 'page_url', nullable: true })
  pageUrl!: string | null;

  @Column('text', { name: 'page_title', nullable: true })
  pageTitle!: string | null;

  /** The other system whose record this session is; null together with `externalId`. */
  @Column('text', { name: 'external_source', nullable: true })
  externalSource!: string | null;

  @Column('text', { name: 'external_id', nullable: true })
  externalId!: string | null;

  @Column('integer', { name: 'message_count' })
  messageCount!: number;

  @Column('text', { name: 'analysis_status', default: 'pending' })
  analysisStatus!: AnalysisStatus;

  @Column('boolean', { name: 'is_archived', default: false })
  isArchived!: boolean;

  @Column('boolean', { name: 'is_human_takeover', default: false })
  isHumanTakeover!: boolean;

  /** What lists are filtered by, as bits; see `session-features.ts`. The database makes it of the other columns. */
  @Column({
    type: 'smallint',
    generatedType: 'STORED',
    asExpression: 'session_features(status, analysis_status, is_archived, is_human_takeover, tags)',
    insert: false,
    update: false,
  })
  features!: number;

  /** Null without messages. */
  @Column({ name: 'first_message_at', type: 'timestamptz', precision: 3, nullable: true })
  firstMessageAt!: Date | null;

  @Column({ name: 'last_activity_at', type: 'timestamptz', precision: 3 })
  lastActivityAt!: Date;

  /** When it was accepted first. */
  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;

  /** When the newest version that changed anything was accepted. */
  @Column({ name: 'updated_at', type: 'timestamptz', precision: 3 })
  updatedAt!: Date;

  /** The newest version that was applied: microseconds since 1970, as text because it is a bigint. */
  @Column('bigint')
  version!: string;

  /** Versions of the fields that `version` did not set; null without an external record. */
  @Column('jsonb', { name: 'field_versions', nullable: true })
  fieldVersions!: SessionRecord['fieldVersions'] | null;

  /** Tells a repeated transcript without comparing it; null without an external record or messages. */
  @Column('text', { name: 'messages_hash', nullable: true })
  messagesHash!: string | null;
}
