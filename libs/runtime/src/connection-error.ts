const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** Classes of SQLSTATE that say that the server, not the statement, is at fault (Postgres, appendix A). */
const SERVER_STATES = ['08', '53', '57', '58', 'XX'];

/** States of a transaction that another one stood in the way of, or that was left idle; it succeeds when repeated. */
const REPEATABLE_STATES = new Set(['40001', '40P01', '55P03', '25006', '25P03']);

const DRIVER_MESSAGES =
  /Connection terminated|Query read timeout|timeout exceeded when trying to connect|Client has encountered|not queryable/;

/** No connection could be made for a transaction; the cause says why. Whatever it is, what was to be stored is not at fault. */
export class ConnectError extends Error {
  constructor(cause: unknown) {
    super('No connection to the database could be made.', { cause });
  }
}

/**
 * Whether an error of pg means that the database is away, stopping, starting, full or busy, rather than that it
 * refuses what it was given: the same statement may succeed later.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error instanceof ConnectError) return true;
  const code = (error as { code?: unknown }).code;
  if (typeof code === 'string') {
    if (NETWORK_CODES.has(code) || REPEATABLE_STATES.has(code)) return true;
    if (/^[0-9A-Z]{5}$/.test(code)) return SERVER_STATES.includes(code.slice(0, 2));
  }
  return DRIVER_MESSAGES.test(error.message) || isDatabaseAway(error.cause);
}

/** Classes of SQLSTATE that say that the password, the database, its schema or the rights in it do not fit. */
const DEPLOYMENT_STATES = ['28', '3D', '3F', '42'];

/** Whether the fault is in how the product was set up: every statement fails alike until somebody mends that. */
export function isDeploymentFault(error: unknown): boolean {
  return DEPLOYMENT_STATES.includes(sqlState(error).slice(0, 2));
}

/** Whether a statement met another one that stood in its way, and succeeds when repeated. */
export function isConflict(error: unknown): boolean {
  return ['40P01', '40001', '55P03'].includes(sqlState(error));
}

/** Whether a statement waited for a lock for as long as it may. */
export function isLockedOut(error: unknown): boolean {
  return sqlState(error) === '55P03';
}

/** Whether the server gave a statement up for taking too long, so that it answers, but perhaps never this one. */
export function isStatementTimeout(error: unknown): boolean {
  return statementState(error) === '57014';
}

/**
 * Whether a statement met a fault of the server's own, such as a damaged page or a bug in an extension: perhaps every one
 * does, and perhaps only those that touch one row.
 */
export function isInternalFault(error: unknown): boolean {
  return statementState(error).startsWith('XX');
}

/** Whether the database user lacks a right that a statement takes. */
export function lacksRight(error: unknown): boolean {
  return sqlState(error) === '42501';
}

/** Whether a row with the same key is stored already. */
export function isUniqueViolation(error: unknown): boolean {
  return sqlState(error) === '23505';
}

/** What the server said of a statement; nothing of one that no connection was to be had for. */
function statementState(error: unknown): string {
  return error instanceof ConnectError ? '' : sqlState(error);
}

function sqlState(error: unknown): string {
  const { code, cause } = error instanceof Error ? (error as Error & { code?: unknown }) : {};
  if (typeof code === 'string') return /^[0-9A-Z]{5}$/.test(code) ? code : '';
  return cause === undefined ? '' : sqlState(cause);
}
