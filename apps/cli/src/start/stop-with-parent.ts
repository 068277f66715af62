/**
 * Preloaded into the processes that `start` runs: when `start` is gone without having stopped them (SIGKILL, a
 * crash), they stop by themselves, so that the next `start` finds the port free.
 */
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
