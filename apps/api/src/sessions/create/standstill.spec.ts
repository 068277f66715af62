import { unavailable } from '@sessions/contract';
import { Standstill } from './standstill';

const newOffer = () => ({ refused: false });
const never = () => undefined;
const refusal = expect.objectContaining({ status: 503, headers: { 'Retry-After': '1' } }) as Error;

describe('Standstill', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('settles as the work does, and leaves no timer behind', async () => {
    const standstill = new Standstill(() => unavailable('Later.', 1));
    await expect(standstill.orRefuse(newOffer(), (resolve) => resolve(7))).resolves.toBe(7);
    await expect(
      standstill.orRefuse(newOffer(), (_resolve, reject) => reject(new Error('no'))),
    ).rejects.toThrow('no');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('refuses within a second whoever waits for what stands still', async () => {
    const standstill = new Standstill(() => unavailable('Later.', 1));
    const [first, second] = [newOffer(), newOffer()];
    const refused = expect(standstill.orRefuse(first, never)).rejects.toEqual(refusal);
    await jest.advanceTimersByTimeAsync(500);
    const refusedToo = expect(standstill.orRefuse(second, never)).rejects.toEqual(refusal);
    await jest.advanceTimersByTimeAsync(499);
    await refused;
    expect([first.refused, second.refused]).toEqual([true, false]);
    await jest.advanceTimersByTimeAsync(500);
    await refusedToo;
    expect(jest.getTimerCount()).toBe(0);
  });

  it('refuses nobody while others get through', async () => {
    const standstill = new Standstill(() => unavailable('Later.', 1));
    const offer = newOffer();
    const waiting = standstill.orRefuse(offer, never);
    for (let step = 0; step < 10; step++) {
      await jest.advanceTimersByTimeAsync(700);
      standstill.moved();
    }
    expect(offer.refused).toBe(false);
    const refused = expect(waiting).rejects.toEqual(refusal);
    await jest.advanceTimersByTimeAsync(1000);
    await refused;
  });
});
