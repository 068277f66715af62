import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newUuid } from '@sessions/contract';
import { Repository } from 'typeorm';
import { checkedName } from '../names';
import { Project } from './project.entity';

/** Creates and lists projects. Nothing deletes one. */
@Injectable()
export class Projects {
  constructor(@InjectRepository(Project) private readonly projects: Repository<Project>) {}

  /** Creates a project. Throws a 400 `ApiError` for a name that is empty or too long. */
  create(name: string): Promise<Project> {
    return this.projects.save(this.projects.create({ id: newUuid(), name: checkedName(name) }));
  }

  /** All projects, oldest first. */
  list(): Promise<Project[]> {
    return this.projects.find({ order: { createdAt: 'ASC', id: 'ASC' } });
  }
}
