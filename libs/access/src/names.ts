import { invalid } from '@sessions/contract';

const LONGEST_NAME = 200;

/**
 * The trimmed name of a project or key: 1 to 200 characters, and no U+0000, which Postgres cannot hold.
 *
 * @throws ApiError 400 saying so.
 */
export function checkedName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '' || trimmed.length > LONGEST_NAME || trimmed.includes('\0')) {
    const message = `name must be 1 to ${LONGEST_NAME} characters, none of them U+0000.`;
    throw invalid([{ field: 'name', message }]);
  }
  return trimmed;
}
