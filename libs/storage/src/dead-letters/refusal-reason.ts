/** Class of SQLSTATE under which Postgres quotes the value that it could not read. */
const DATA_EXCEPTION = '22';

/**
 * Why the database refused a session, as one line for operators: what Postgres said, without the values that it may
 * quote, and the SQLSTATE to look it up by.
 */
export function refusalReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (!/^[0-9A-Z]{5}$/.test(code)) return `The product failed on it: ${error.message}`;
  const message = code.startsWith(DATA_EXCEPTION) ? error.message.replace(/: ".*$/s, '') : error.message;
  return `${message} (SQLSTATE ${code})`;
}
