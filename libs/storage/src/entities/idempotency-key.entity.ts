import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** A client's `Idempotency-Key`: in flight while `response` is null, answered afterwards. */
@Entity('idempotency_keys')
@Index('idempotency_keys_age', ['createdAt'])
export class IdempotencyKey {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  /** SHA-256 of the key. */
  @PrimaryColumn('bytea', { name: 'key_hash' })
  keyHash!: Buffer;

  /** SHA-256 of the body that the key was used with first. */
  @Column('bytea', { name: 'body_hash' })
  bodyHash!: Buffer;

  /** Version of the session that the key creates, also after a takeover. */
  @Column('bigint')
  version!: string;

  /** Until when the request that holds the key is given time; null once it is answered. */
  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true })
  leaseUntil!: Date | null;

  /** HTTP status of the first answer; null while in flight. */
  @Column('integer', { nullable: true })
  status!: number | null;

  /** Body of the first answer, to the letter; null while in flight. */
  @Column('text', { nullable: true })
  response!: string | null;

  /** Whether the ids of what the key creates hang on the body as well; null where an earlier release claimed it. */
  @Column({ name: 'ids_from_body', type: 'boolean', nullable: true })
  idsFromBody!: boolean | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}
