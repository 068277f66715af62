import { ApiError, encodeId, invalid, newUuid } from '@sessions/contract';
import { IsNull } from 'typeorm';
import type { Repository } from 'typeorm';
import { checkedName } from '../names';
import type { Project } from '../projects/project.entity';
import { hashOfKey, newApiKey, shownPrefix } from './api-key';
import type { ApiKey } from './api-key.entity';
import { checkedScopes } from './scopes';

/** What the creator of a key decides. */
export interface NewApiKey {
  /** What people call it: 1 to 200 characters. */
  name: string;
  /** One or more of `SCOPES`. */
  scopes: readonly string[];
  /** From this moment on the key is refused; null for never. */
  expiresAt: Date | null;
}

/** What is known about a key after its creation: everything but the key and its hash. */
export type ApiKeyInfo = Omit<ApiKey, 'keyHash'>;

/** Creates, lists and revokes API keys. */
export class ApiKeys {
  constructor(
    private readonly keys: Repository<ApiKey>,
    private readonly projects: Repository<Project>,
  ) {}

  /**
   * Creates a key of the project (a UUID) and returns it in plain text, which is the only time that it can be read.
   *
   * @throws ApiError 400 for a wrong name, scope or expiry, 404 when there is no such project.
   */
  async create(projectId: string, wanted: NewApiKey): Promise<{ key: string; info: ApiKeyInfo }> {
    const key = newApiKey();
    const id = newUuid();
    const row = {
      projectId,
      id,
      name: checkedName(wanted.name),
      prefix: shownPrefix(key),
      keyHash: Buffer.from(hashOfKey(key), 'base64'),
      scopes: checkedScopes(wanted.scopes),
      expiresAt: checkedExpiry(wanted.expiresAt),
    };
    await this.assertProjectExists(projectId);
    await this.keys.insert(row);
    return { key, info: await this.keys.findOneByOrFail({ projectId, id }) };
  }

  /** The project's keys, oldest first, revoked and expired ones included. Throws a 404 without such a project. */
  async list(projectId: string): Promise<ApiKeyInfo[]> {
    await this.assertProjectExists(projectId);
    return this.keys.find({ where: { projectId }, order: { createdAt: 'ASC', id: 'ASC' } });
  }

  /**
   * Revokes a key; API processes refuse it within 5 seconds. Revoking again keeps the first time.
   *
   * @throws ApiError 404 when the project has no such key.
   */
  async revoke(projectId: string, keyId: string): Promise<ApiKeyInfo> {
    await this.keys.update({ projectId, id: keyId, revokedAt: IsNull() }, { revokedAt: () => 'now()' });
    const key = await this.keys.findOneBy({ projectId, id: keyId });
    if (key !== null) return key;
    const names = [encodeId('proj', projectId), encodeId('key', keyId)];
    throw new ApiError(404, `Project ${names[0]} has no key ${names[1]}; \`keys list\` shows those it has.`);
  }

  private async assertProjectExists(projectId: string): Promise<void> {
    if (await this.projects.existsBy({ id: projectId })) return;
    const message = `There is no project ${encodeId('proj', projectId)}; \`projects list\` shows those there are.`;
    throw new ApiError(404, message);
  }
}

function checkedExpiry(expiresAt: Date | null): Date | null {
  if (expiresAt === null || expiresAt.getTime() > Date.now()) return expiresAt;
  throw invalid([{ field: 'expires', message: 'expires must be a time to come.' }]);
}
