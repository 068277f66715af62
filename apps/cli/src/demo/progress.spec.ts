import { Progress } from './progress';

const counts = { accepted: 1500, persisted: 1000, searchable: 0 };

function shownOn(isTTY: boolean, work: (progress: Progress) => void): string {
  let text = '';
  work(new Progress(2000, { isTTY, write: (more) => (text += String(more)) }));
  return text;
}

describe('Progress', () => {
  it('redraws one line on a terminal', () => {
    const text = shownOn(true, (progress) => {
      progress.show(counts);
      progress.show({ ...counts, searchable: 900 });
      progress.finish();
    });
    expect(text.match(/\n/g)).toHaveLength(1);
    expect(text).toContain(
      '██████████████████░░░░░░ accepted 1,500 · persisted 1,000 · searchable 900 of 2,000',
    );
  });

  it('writes few plain lines, and the last counts, elsewhere', () => {
    const text = shownOn(false, (progress) => {
      for (let searchable = 0; searchable <= 100; searchable++) progress.show({ ...counts, searchable });
      progress.finish();
    });
    expect(text.trimEnd().split('\n')).toHaveLength(2);
    expect(text).not.toContain('\r');
    expect(text).toContain('searchable 100 of 2,000');
  });
});
