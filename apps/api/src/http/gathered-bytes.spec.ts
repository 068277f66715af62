import fc from 'fast-check';
import { GatheredBytes } from './gathered-bytes';

describe('GatheredBytes', () => {
  it('gives back what was added, each time, and leaves the pieces as they were', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 });
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 3 }), (times) => {
        const gathered = new GatheredBytes();
        const taken = times.map((given) => {
          for (const piece of given) gathered.add(Buffer.from(piece));
          return gathered.take();
        });
        expect(taken).toEqual(times.map((given) => Buffer.concat(given)));
      }),
    );
  });

  it('copies no piece that comes alone', () => {
    const gathered = new GatheredBytes();
    const piece = Buffer.from('alone');
    gathered.add(piece);
    expect(gathered.take()).toBe(piece);
  });

  it('takes a few bytes for each that comes alone', () => {
    const gathered = new GatheredBytes();
    const before = process.memoryUsage();
    for (let count = 0; count < 1_000_000; count += 1) gathered.add(Buffer.from('x'));
    const after = process.memoryUsage();
    expect(gathered.take()).toHaveLength(1_000_000);
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(20_000_000);
  });
});
