import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';

/** Work that cannot be done as it is, kept whole until an operator replays or purges it. */
@Entity('dead_letters')
@Index('dead_letters_session', ['projectId', 'sessionId'])
@Index('dead_letters_order', ['createdAt', 'projectId', 'id'])
export class DeadLetter {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  /** UUID derived from what is parked, so that parking it again makes no second one. */
  @PrimaryColumn('uuid')
  id!: string;

  /** The step that could not be done, such as `persist`. */
  @Column('text')
  kind!: string;

  @Column('uuid', { name: 'session_id' })
  sessionId!: string;

  /** What the database or the engine said; for operators only. */
  @Column('text')
  reason!: string;

  /** What would have been done, to the letter: `json`, since `jsonb` refuses some texts and reorders keys. */
  @Column('json')
  payload!: unknown;

  @Column('integer', { default: 1 })
  attempts!: number;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
