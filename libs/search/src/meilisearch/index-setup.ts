import type { IndexObject, Meilisearch } from 'meilisearch';
import { errorCode } from './errors';
import { differingSettings } from './index-settings';

/** Milliseconds that a task of setting up may wait behind others. */
export const SETUP_TIMEOUT_MS = 600_000;

/** Told, since Meilisearch guesses none where several attributes end in `id`. */
const PRIMARY_KEY = 'id';

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

/** Creates an index unless it exists, and has an existing one know documents by their `id`. */
async function createIndex(client: Meilisearch, uid: string): Promise<void> {
  const index = await findIndex(client, uid);
  if (index?.primaryKey === PRIMARY_KEY) return;
  const options = { primaryKey: PRIMARY_KEY };
  const enqueued = index === null ? client.createIndex(uid, options) : client.updateIndex(uid, options);
  const { error } = await enqueued.waitTask({ timeout: SETUP_TIMEOUT_MS });
  if (error && error.code !== 'index_already_exists')
    throw new Error(`Meilisearch refused to set up the index: ${error.message}`);
}

/** Whether `setUpIndex` would change anything. */
export async function needsSetUp(client: Meilisearch, uid: string): Promise<boolean> {
  const index = await findIndex(client, uid);
  if (index?.primaryKey !== PRIMARY_KEY) return true;
  return Object.keys(differingSettings(await client.index(uid).getSettings())).length > 0;
}

/** A batch for an index that somebody deleted leaves an empty one without a primary key behind. */
async function findIndex(client: Meilisearch, uid: string): Promise<IndexObject | null> {
  try {
    return await client.index(uid).getRawInfo();
  } catch (error) {
    if (errorCode(error) === 'index_not_found') return null;
    throw error;
  }
}
