import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Which job holds a version of a session while it waits in the Postgres queue. */
@Entity('queued_sessions')
export class QueuedSession {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  @PrimaryColumn('uuid', { name: 'session_id' })
  sessionId!: string;

  /** Need not exist any more: a process that dies leaves an entry that readers pass over. */
  @PrimaryColumn('text', { name: 'job_id' })
  jobId!: string;

  /** The version that waits: microseconds since 1970, as text because it is a bigint. */
  @Column('bigint')
  version!: string;
}
