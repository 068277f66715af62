import { steadily } from './steadily';

describe('steadily', () => {
  it('begins the next while the one before goes on', async () => {
    const begun: number[] = [];
    let most = 0;
    let running = 0;
    await steadily({ perSecond: 100, seconds: 0.05 }, async (number) => {
      begun.push(number);
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, 40));
      running--;
    });
    expect(begun).toEqual([0, 1, 2, 3, 4]);
    expect(most).toBeGreaterThan(1);
  });

  it('ends with the first failure, of which nothing is left unheard', async () => {
    const unheard = jest.fn();
    process.on('unhandledRejection', unheard);
    const begun: number[] = [];
    const ended: number[] = [];
    const work = async (number: number): Promise<void> => {
      begun.push(number);
      if (number === 1) throw new Error('The second failed.');
      await new Promise((done) => setTimeout(done, 60));
      ended.push(number);
    };
    await expect(steadily({ perSecond: 50, seconds: 10 }, work)).rejects.toThrow('The second failed.');
    process.off('unhandledRejection', unheard);
    expect(unheard).not.toHaveBeenCalled();
    expect(begun.length).toBeLessThan(5);
    expect(ended).toContain(0);
  });
});
