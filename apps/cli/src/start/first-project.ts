import { ApiKey, ApiKeys, hashOfKey, KeyLookup, Project, Projects, SCOPES } from '@sessions/access';
import { encodeId } from '@sessions/contract';
import { createDataSource, databaseOf } from '@sessions/runtime';
import type { DataSource } from 'typeorm';

/** A project, and a key that may read and write in it. */
export interface ProjectWithKey {
  projectId: string;
  apiKey: string;
}

/** Creates a project and a key in a database that has the schema. */
export function createProjectWithKey(databaseUrl: string, name: string): Promise<ProjectWithKey> {
  return connected(databaseUrl, async (dataSource) => {
    const projects = dataSource.getRepository(Project);
    const { id } = await new Projects(projects).create(name);
    const keys = new ApiKeys(dataSource.getRepository(ApiKey), projects);
    const { key } = await keys.create(id, { name: 'quickstart', scopes: SCOPES, expiresAt: null });
    return { projectId: encodeId('proj', id), apiKey: key };
  });
}

/** Whether the database knows the key as one of that project, neither revoked nor expired. */
export function isValid({ projectId, apiKey }: ProjectWithKey, databaseUrl: string): Promise<boolean> {
  return connected(databaseUrl, async (dataSource) => {
    const { found } = await new KeyLookup(databaseOf(dataSource)).find(hashOfKey(apiKey));
    return (
      found !== null && found.expiresAt > Date.now() && encodeId('proj', found.access.projectId) === projectId
    );
  });
}

async function connected<Result>(
  databaseUrl: string,
  work: (dataSource: DataSource) => Promise<Result>,
): Promise<Result> {
  const dataSource = createDataSource(databaseUrl, { entities: [Project, ApiKey], poolSize: 2 });
  await dataSource.initialize();
  try {
    return await work(dataSource);
  } finally {
    await dataSource.destroy();
  }
}
