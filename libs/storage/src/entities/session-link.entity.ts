import type { LinkKind } from '@sessions/contract';
import { Entity, Index, PrimaryColumn } from 'typeorm';

/** A link from a session to an entity of another system, for filters. The key begins with what is filtered by. */
@Entity('session_links')
@Index('session_links_session', ['projectId', 'sessionId'])
export class SessionLink {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  @PrimaryColumn('text')
  kind!: LinkKind;

  /** The entity's id as the client gave it; it need not be known here. */
  @PrimaryColumn('text', { name: 'target_id' })
  targetId!: string;

  @PrimaryColumn('uuid', { name: 'session_id' })
  sessionId!: string;
}
