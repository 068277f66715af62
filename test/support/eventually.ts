/**
 * Asks again and again until the answer is truthy, and returns it.
 *
 * @throws Error after `timeoutMs` (default 10 s), with the last error if there was one.
 */
export async function eventually<Answer>(
  probe: () => Promise<Answer> | Answer,
  { timeoutMs = 10_000, everyMs = 20 }: { timeoutMs?: number; everyMs?: number } = {},
): Promise<Answer> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    let problem: unknown;
    try {
      const answer = await probe();
      if (answer) return answer;
    } catch (error) {
      problem = error;
    }
    if (Date.now() > deadline)
      throw new Error(`It did not happen within ${timeoutMs} ms.`, { cause: problem });
    await new Promise((done) => setTimeout(done, everyMs));
  }
}
