import { Column, CreateDateColumn, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Project } from '../projects/project.entity';
import type { Scope } from './scopes';

/** An API key of a project. The key itself is nowhere: only its SHA-256 is kept. */
@Entity('api_keys')
export class ApiKey {
  @PrimaryColumn('uuid', { name: 'project_id' })
  @ForeignKey(() => Project, { name: 'api_keys_project_id_fkey' })
  projectId!: string;

  /** UUID; `key_…` outside. */
  @PrimaryColumn('uuid')
  id!: string;

  /** What people call it. Need not be unique. */
  @Column('text')
  name!: string;

  /** The first characters of the key, by which people recognise it. */
  @Column('text')
  prefix!: string;

  /** SHA-256 of the key. Never selected unless asked for. */
  @Column('bytea', { name: 'key_hash', unique: true, select: false })
  keyHash!: Buffer;

  @Column('text', { array: true })
  scopes!: Scope[];

  /** From this moment on the key is refused; null for never. */
  @Column({ name: 'expires_at', type: 'timestamptz', precision: 3, nullable: true })
  expiresAt!: Date | null;

  /** When the key was revoked; null while it is not. */
  @Column({ name: 'revoked_at', type: 'timestamptz', precision: 3, nullable: true })
  revokedAt!: Date | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
