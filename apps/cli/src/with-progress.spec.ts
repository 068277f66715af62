import { withProgress } from './with-progress';

/** What is shown of work that says how far it is at these milliseconds. */
async function shownOn(isTTY: boolean, ...times: number[]): Promise<string> {
  let text = '';
  const work = async (show: (line: string) => void) => {
    let now = 0;
    for (const time of times) {
      await jest.advanceTimersByTimeAsync(time - now);
      now = time;
      show(`Done at ${time}`);
    }
  };
  await withProgress(work, { isTTY, write: (more) => (text += more) });
  return text;
}

describe('withProgress', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('says nothing of what takes less than a second', () =>
    expect(shownOn(true, 0, 500, 999)).resolves.toBe(''));

  it('redraws one line on a terminal, and writes the last line at the end elsewhere', async () => {
    await expect(shownOn(true, 500, 1000, 1100)).resolves.toBe('\r\x1b[KDone at 1000\r\x1b[KDone at 1100\n');
    await expect(shownOn(false, 500, 1000, 1100)).resolves.toBe('Done at 1000\nDone at 1100\n');
  });
});
