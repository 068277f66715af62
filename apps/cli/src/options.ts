import { decodeId } from '@sessions/contract';
import { UsageError } from './errors';

/** Options of `parseArgs` that commands share. */
export const json = { type: 'boolean', default: false } as const;
export const project = { type: 'string' } as const;
export const quick = { type: 'boolean', default: false } as const;

/**
 * The project that is meant, or null for all.
 *
 * @throws UsageError for what is no id of a project
 */
export function projectOf(text: string | undefined): string | null {
  if (text === undefined) return null;
  const projectId = decodeId('proj', text);
  if (projectId !== null) return projectId;
  throw new UsageError('--project must be an id such as proj_…; `projects list` shows them.');
}
