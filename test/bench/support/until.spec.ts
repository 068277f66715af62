import { until } from './until';

describe('until', () => {
  it('asks until it is so', async () => {
    let asked = 0;
    await until(() => Promise.resolve(++asked === 3), 1);
    expect(asked).toBe(3);
  });

  it('does not wait for ever, nor ask on after a failure', async () => {
    await expect(until(() => Promise.resolve(false), 1, 20)).rejects.toThrow('did not come');
    await expect(until(() => Promise.reject(new Error('gone')), 1)).rejects.toThrow('gone');
  });
});
