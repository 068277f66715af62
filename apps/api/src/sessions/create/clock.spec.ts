import { Clock } from './clock';

describe('Clock', () => {
  afterEach(() => void jest.restoreAllMocks());

  it('goes on in microseconds, whatever the wall clock does', () => {
    const now = jest.spyOn(Date, 'now').mockReturnValue(1000);
    const clock = new Clock();
    const read = () => clock.next();
    const versions = [read(), read()];
    now.mockReturnValue(500);
    versions.push(read());
    now.mockReturnValue(2000);
    versions.push(read(), read());
    expect(versions).toEqual([1_000_000, 1_000_001, 1_000_002, 2_000_000, 2_000_001]);
  });
});
