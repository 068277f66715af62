/** Far longer than anything here takes. What is not done by then never will be, as when a worker has died. */
const GIVE_UP_MS = 30 * 60_000;

/**
 * Asks again and again, after so many milliseconds each time, until the answer is true.
 *
 * @throws Error what asking throws, and after half an hour
 */
export async function until(
  probe: () => Promise<boolean>,
  everyMs: number,
  giveUpMs = GIVE_UP_MS,
): Promise<void> {
  const deadline = performance.now() + giveUpMs;
  while (!(await probe())) {
    if (performance.now() > deadline)
      throw new Error(`What was waited for did not come within ${Math.round(giveUpMs / 1000)} s.`);
    await new Promise((done) => setTimeout(done, everyMs));
  }
}
