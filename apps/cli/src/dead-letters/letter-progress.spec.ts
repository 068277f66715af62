import { LetterProgress } from './letter-progress';

function shownOn(isTTY: boolean, work: (progress: LetterProgress) => void): string {
  let text = '';
  work(new LetterProgress('Replayed', 2000, { isTTY, write: (more) => (text += more) }));
  return text;
}

describe('LetterProgress', () => {
  it('says nothing of what is done in one step', () => {
    const text = shownOn(true, (progress) => {
      progress.show(2000);
      progress.finish();
    });
    expect(text).toBe('');
  });

  it('redraws one line on a terminal, and writes plain lines elsewhere', () => {
    const work = (progress: LetterProgress): void => {
      for (const done of [500, 1000, 1500, 2000]) progress.show(done);
      progress.finish();
    };
    const redrawn = ['500', '1,000', '1,500', '2,000'].map(
      (done) => `\r\x1b[KReplayed ${done} of 2,000 dead letters`,
    );
    expect(shownOn(true, work)).toBe(`${redrawn.join('')}\n`);
    expect(shownOn(false, work)).toBe(
      'Replayed 500 of 2,000 dead letters\nReplayed 2,000 of 2,000 dead letters\n',
    );
  });
});
