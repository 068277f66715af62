import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
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

  it('keeps no piece after the first', () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const gathered = new GatheredBytes();
    const heap = () => {
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = heap();
    for (let count = 0; count < 500_000; count += 1) gathered.add(Buffer.from('x'));
    expect(heap() - before).toBeLessThan(10_000_000);
    expect(gathered.take()).toHaveLength(500_000);
  });
});
