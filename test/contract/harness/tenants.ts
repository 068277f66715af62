import { createHash, randomBytes } from 'node:crypto';
import { encodeId, newUuid } from '@sessions/contract';
import type { Pool } from 'pg';

/** A project and a key that may do everything in it. */
export interface Tenant {
  /** As the API shows it. */
  projectId: string;
  /** As the database holds it. */
  uuid: string;
  key: string;
}

/** Creates a project with a key by SQL. */
export async function createTenant(database: Pool, name: string): Promise<Tenant> {
  const uuid = newUuid();
  await database.query('INSERT INTO projects (id, name) VALUES ($1, $2)', [uuid, name]);
  return { uuid, projectId: encodeId('proj', uuid), key: await createKey(database, uuid, {}) };
}

/** Creates a key of the project by SQL, which also allows keys that have already ended. */
export async function createKey(
  database: Pool,
  projectUuid: string,
  { scopes = ['read', 'write'], expires = null as Date | null, revoked = null as Date | null },
): Promise<string> {
  const key = `hiss_${randomBytes(36).toString('base64url')}`;
  await database.query(
    `INSERT INTO api_keys (project_id, id, name, prefix, key_hash, scopes, expires_at, revoked_at)
     VALUES ($1, $2, 'contract', $3, $4, $5, $6, $7)`,
    [
      projectUuid,
      newUuid(),
      key.slice(0, 12),
      createHash('sha256').update(key).digest(),
      scopes,
      expires,
      revoked,
    ],
  );
  return key;
}
