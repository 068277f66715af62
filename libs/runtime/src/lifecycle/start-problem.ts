import type { Configuration } from '../config/settings';
import { isDeploymentFault } from '../connection-error';

/** Thrown when a setting keeps a process from starting. The message is a sentence for operators that begins with it. */
export class SettingError extends Error {}

/** What Node says of an address that cannot be listened on, or of a name that it does not know. */
interface SystemError extends Error {
  code: string;
  syscall?: string;
  hostname?: string;
}

/** Codes of what is no address that a process of this machine can have. */
const NO_ADDRESS = ['EADDRNOTAVAIL', 'EAFNOSUPPORT', 'EINVAL'];

/**
 * Which setting kept a process from starting, and what to do, as a sentence for operators; null for all that no setting
 * is to blame for.
 */
export function startProblem(
  error: unknown,
  { HOST, PORT }: Pick<Configuration, 'HOST' | 'PORT'>,
): string | null {
  if (error instanceof SettingError) return error.message;
  if (isDeploymentFault(error)) {
    return 'DATABASE_URL: the database does not let us in or lacks our tables; check user, password and name, and run migrate.';
  }
  if (!isSystemError(error)) return null;
  const { code, syscall, hostname } = error;
  if (syscall === 'listen' && code === 'EADDRINUSE')
    return `PORT: another program listens on ${PORT}; stop that, or choose another port.`;
  if (syscall === 'listen' && code === 'EACCES')
    return `PORT: this user may not listen on ${PORT}; choose one above 1023.`;
  if ((syscall === 'listen' && NO_ADDRESS.includes(code)) || hostname === HOST)
    return `HOST: ${HOST} is no address of this machine.`;
  return null;
}

function isSystemError(error: unknown): error is SystemError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}
