import { progressLine } from './progress-line';

describe('progressLine', () => {
  it('shows all counts, and a bar of what is accepted', () =>
    expect(progressLine({ accepted: 1500, persisted: 1000, searchable: 900 }, 2000)).toBe(
      '██████████████████░░░░░░ accepted 1,500 · persisted 1,000 · searchable 900 of 2,000',
    ));
});
