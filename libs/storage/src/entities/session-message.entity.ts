import type { MessageRole, SenderType } from '@sessions/contract';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A message of a session. Its outside id is made of the session's id and its position. */
@Entity('session_messages')
export class SessionMessage {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  @PrimaryColumn('uuid', { name: 'session_id' })
  sessionId!: string;

  /** Place in the request, from 0, without gaps. It alone orders messages. */
  @PrimaryColumn('integer')
  position!: number;

  @Column('text')
  role!: MessageRole;

  @Column('text', { name: 'sender_type' })
  senderType!: SenderType;

  @Column('text')
  content!: string;

  /** The client's time, else that of acceptance. */
  @Column({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
