import { ApiKey, ApiKeys, Project, Projects, SCOPES } from '@sessions/access';
import { encodeId } from '@sessions/contract';
import { createDataSource } from '@sessions/runtime';

/** A project, and a key that may read and write in it. */
export interface ProjectWithKey {
  projectId: string;
  apiKey: string;
}

/** Creates a project and a key in a database that has the schema. */
export async function createProjectWithKey(databaseUrl: string, name: string): Promise<ProjectWithKey> {
  const dataSource = createDataSource(databaseUrl, { entities: [Project, ApiKey], poolSize: 2 });
  await dataSource.initialize();
  try {
    const projects = dataSource.getRepository(Project);
    const { id } = await new Projects(projects).create(name);
    const keys = new ApiKeys(dataSource.getRepository(ApiKey), projects);
    const { key } = await keys.create(id, { name: 'quickstart', scopes: SCOPES, expiresAt: null });
    return { projectId: encodeId('proj', id), apiKey: key };
  } finally {
    await dataSource.destroy();
  }
}
