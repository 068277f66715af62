import { ApiKey, ApiKeys, hashOfKey, KeyLookup, Project, Projects, SCOPES } from '@sessions/access';
import { encodeId } from '@sessions/contract';
import { databaseOf } from '@sessions/runtime';
import { withDatabase } from '../database';

/** A project, and a key that may read and write in it. */
export interface ProjectWithKey {
  projectId: string;
  apiKey: string;
}

/** Creates a project and a key in a database that has the schema. */
export function createProjectWithKey(databaseUrl: string, name: string): Promise<ProjectWithKey> {
  return withDatabase({ DATABASE_URL: databaseUrl }, [Project, ApiKey], async (dataSource) => {
    const projects = dataSource.getRepository(Project);
    const { id } = await new Projects(projects).create(name);
    const keys = new ApiKeys(dataSource.getRepository(ApiKey), projects);
    const { key } = await keys.create(id, { name: 'quickstart', scopes: SCOPES, expiresAt: null });
    return { projectId: encodeId('proj', id), apiKey: key };
  });
}

/** Whether the database knows the key as one of that project, neither revoked nor expired. */
export function isValid({ projectId, apiKey }: ProjectWithKey, databaseUrl: string): Promise<boolean> {
  return withDatabase({ DATABASE_URL: databaseUrl }, [], async (dataSource) => {
    const { found } = await new KeyLookup(databaseOf(dataSource)).find(hashOfKey(apiKey));
    return (
      found !== null && found.expiresAt > Date.now() && encodeId('proj', found.access.projectId) === projectId
    );
  });
}
