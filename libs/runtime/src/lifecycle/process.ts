/**
 * Resolves with the first signal that asks the process to stop. A second one of the kind ends it at once, except as the
 * first process of a container, which the kernel spares every signal that it does not listen to.
 */
export function untilStopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve);
  });
}

/** Tells the parent process, if it listens, that this one serves; `url` is where, for a process with a port. */
export function announceReady(url?: string): void {
  process.send?.({ type: 'ready', url });
}

/** Resolves after the milliseconds, or as soon as the signal aborts. */
export function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, milliseconds);
    signal?.addEventListener('abort', finish);
  });
}

/** Settles as the promise does, or rejects with the message once the milliseconds are over. */
export async function within<Result>(
  milliseconds: number,
  promise: Promise<Result>,
  message: string,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(message)), milliseconds);
  });
  try {
    return await Promise.race([promise, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
