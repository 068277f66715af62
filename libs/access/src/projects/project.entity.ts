import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A tenant: everything the product keeps belongs to exactly one project. */
@Entity('projects')
export class Project {
  /** UUID; `proj_…` outside. */
  @PrimaryColumn('uuid')
  id!: string;

  /** What people call it. Need not be unique. */
  @Column('text')
  name!: string;

  @CreateDateColumn({ name: 'created_at', type: 'timestamptz', precision: 3 })
  createdAt!: Date;
}
