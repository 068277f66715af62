import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A session that the search engine has yet to hear of; one row however often it changed. */
@Entity('search_outbox')
@Index('search_outbox_order', ['projectId', 'change'])
export class SearchOutboxRow {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  @PrimaryColumn('uuid', { name: 'session_id' })
  sessionId!: string;

  /** A new number with every change, so that a row that changed while it was indexed is not removed. */
  @Column('bigint', { default: () => `nextval('search_outbox_change')` })
  change!: string;

  /** When the first change that still waits was stored. */
  @CreateDateColumn({ name: 'queued_at', type: 'timestamptz' })
  queuedAt!: Date;

  /** Failed attempts since the last change. */
  @Column('integer', { default: 0 })
  attempts!: number;

  /** End of the lease of the indexer that works on it; null while nobody does. */
  @Column({ name: 'claimed_until', type: 'timestamptz', nullable: true })
  claimedUntil!: Date | null;

  /** Number of the last claim that took it; rows that were claimed together have the same. */
  @Column('bigint', { nullable: true })
  claim!: string | null;

  /** Whether the engine may hold it otherwise than as that claim submitted it. Not so while it is new. */
  @Column('boolean', { name: 'maybe_indexed', default: true })
  maybeIndexed!: boolean;
}
