import { Column, CreateDateColumn, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

/** A person who gives feedback. Sessions refer to contacts by value, without a foreign key. */
@Entity('contacts')
@Unique('contacts_project_id_email_key', ['projectId', 'email'])
@Index('contacts_company', { synchronize: false })
export class Contact {
  @PrimaryColumn('uuid', { name: 'project_id' })
  projectId!: string;

  /** Derived from project and address, so that every process makes the same one. */
  @PrimaryColumn('text')
  id!: string;

  /** Lower-case. */
  @Column('text')
  email!: string;

  /** The company the contact belongs to, if known. */
  @Column('text', { name: 'company_id', nullable: true })
  companyId!: string | null;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
