import { Project, Projects } from '@sessions/access';
import { encodeId } from '@sessions/contract';
import { parseArgs } from 'node:util';
import { commandOf } from '../command';
import type { CommandContext } from '../command';
import { UsageError } from '../errors';
import { withDatabase } from '../database';
import { json } from '../options';
import { table } from '../table';

/** `projects create <name>` and `projects list`. */
export const projectsCommand = commandOf('projects', { create, list });

async function create(args: string[], context: CommandContext): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json },
  });
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0)
    throw new UsageError('Give the project one name, in quotes if it has spaces.');
  const project = await withProjects(context, (projects) => projects.create(name));
  if (values.json) context.print(JSON.stringify(viewOf(project)));
  else context.print(`Created project ${encodeId('proj', project.id)} (${project.name}).`);
}

async function list(args: string[], context: CommandContext): Promise<void> {
  const { values } = parseArgs({ args, options: { json } });
  const projects = (await withProjects(context, (all) => all.list())).map(viewOf);
  if (values.json) context.print(JSON.stringify({ projects }));
  else if (projects.length === 0)
    context.print('There is no project yet; `projects create <name>` makes one.');
  else context.print(table(['ID', 'NAME', 'CREATED'], projects.map(Object.values<string>)));
}

function viewOf(project: Project): { id: string; name: string; created_at: string } {
  return {
    id: encodeId('proj', project.id),
    name: project.name,
    created_at: project.createdAt.toISOString(),
  };
}

function withProjects<Result>(
  context: CommandContext,
  work: (projects: Projects) => Promise<Result>,
): Promise<Result> {
  return withDatabase(context.configuration(), [Project], (dataSource) =>
    work(new Projects(dataSource.getRepository(Project))),
  );
}
