/** What of an error goes to the log. */
export interface LoggedError {
  /** Name of its class, or the type of a thrown value that is no error. */
  type: string;
  message?: string;
  /** SQLSTATE, or the code of a system or library error. */
  code?: string;
  stack?: string;
  cause?: LoggedError;
  /** The errors of an AggregateError, such as one for each address that refused a connection. */
  errors?: LoggedError[];
}

/** Errors inside each other that are logged; beyond that they may be a circle. */
const MAX_DEPTH = 5;

/** SQLSTATE class 22: Postgres quotes the value that it could not read in the message itself. */
const DATA_EXCEPTION = /^22[0-9A-Z]{3}$/;

/**
 * What the log says of an error. Only named fields are taken: drivers hang more onto their errors that quotes what
 * customers sent (pg `detail` and `where`, TypeORM `parameters`, ioredis `command` with its arguments).
 */
export function loggedError(error: unknown, depth = 1): LoggedError {
  if (typeof error === 'string') return { type: 'string', message: error };
  if (!isErrorLike(error)) return { type: typeof error };
  const { code, cause, errors } = error;
  const type = error.constructor.name || error.name;
  const quotes = typeof code === 'string' && DATA_EXCEPTION.test(code);
  const message = quotes ? `SQLSTATE ${code}` : error.message;
  const logged: LoggedError = { type, message };
  if (typeof code === 'string') logged.code = code;
  if (error.stack !== undefined) logged.stack = quotes ? framesOf(error.stack, error.message) : error.stack;
  if (depth === MAX_DEPTH) return logged;
  if (cause !== undefined) logged.cause = loggedError(cause, depth + 1);
  if (Array.isArray(errors)) logged.errors = errors.map((inner) => loggedError(inner, depth + 1));
  return logged;
}

/** Where an error was thrown, without the message that its stack begins with. */
function framesOf(stack: string, message: string): string {
  const start = stack.indexOf(message);
  return start === -1 ? '' : stack.slice(start + message.length).trimStart();
}

/** An error, also one of another realm, as tests and worker threads have them. */
function isErrorLike(value: unknown): value is Error & { code?: unknown; cause?: unknown; errors?: unknown } {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  );
}
