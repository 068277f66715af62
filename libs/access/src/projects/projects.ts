import { newUuid } from '@sessions/contract';
import type { Repository } from 'typeorm';
import { checkedName } from '../names';
import type { Project } from './project.entity';

/** Creates and lists projects. Nothing deletes one. */
export class Projects {
  constructor(private readonly projects: Repository<Project>) {}

  /** Creates a project. Throws a 400 `ApiError` for a name that is empty or too long. */
  create(name: string): Promise<Project> {
    return this.projects.save(this.projects.create({ id: newUuid(), name: checkedName(name) }));
  }

  /** All projects, oldest first. */
  list(): Promise<Project[]> {
    return this.projects.find({ order: { createdAt: 'ASC', id: 'ASC' } });
  }
}
