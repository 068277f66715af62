import type { Meilisearch } from 'meilisearch';
import { errorCode } from './errors';
import { differingSettings } from './index-settings';

/** Milliseconds that a task of setting up may wait behind others. */
export const SETUP_TIMEOUT_MS = 600_000;

/**
 * Creates an index and brings its settings up to date, sending only those that differ. Safe to run from several
 * processes at once: creating twice and setting the same twice are harmless.
 */
export async function setUpIndex(client: Meilisearch, uid: string): Promise<void> {
  await createIndex(client, uid);
  const settings = differingSettings(await client.index(uid).getSettings());
  if (Object.keys(settings).length === 0) return;
  const task = await client.index(uid).updateSettings(settings).waitTask({ timeout: SETUP_TIMEOUT_MS });
  if (task.error) throw new Error(`Meilisearch refused the index's settings: ${task.error.message}`);
}

/** Creates an index unless it exists. */
export async function createIndex(client: Meilisearch, uid: string): Promise<void> {
  if (await indexExists(client, uid)) return;
  const task = await client.createIndex(uid, { primaryKey: 'id' }).waitTask({ timeout: SETUP_TIMEOUT_MS });
  if (task.error && task.error.code !== 'index_already_exists') throw new Error(task.error.message);
}

/** Whether `setUpIndex` would change anything. */
export async function needsSetUp(client: Meilisearch, uid: string): Promise<boolean> {
  if (!(await indexExists(client, uid))) return true;
  return Object.keys(differingSettings(await client.index(uid).getSettings())).length > 0;
}

async function indexExists(client: Meilisearch, uid: string): Promise<boolean> {
  try {
    await client.index(uid).getRawInfo();
    return true;
  } catch (error) {
    if (errorCode(error) === 'index_not_found') return false;
    throw error;
  }
}
