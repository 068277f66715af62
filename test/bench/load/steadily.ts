/**
 * Begins work so many times a second, whether or not what was begun before has ended, and waits for all of it.
 *
 * @param work is told its number, from 0 on
 * @throws what the first that failed threw, once all have ended; nothing more is begun after a failure
 */
export async function steadily(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  work: (number: number) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const underWay: Promise<unknown>[] = [];
  const began = performance.now();
  for (let number = 0; number < seconds * perSecond && failures.length === 0; number++) {
    const pause = began + (number * 1000) / perSecond - performance.now();
    await new Promise((done) => setTimeout(done, Math.max(0, pause)));
    // Heard at once: a failure that nobody listens to ends Node, and with it all other benches.
    underWay.push(work(number).catch((error: unknown) => failures.push(error)));
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
}
