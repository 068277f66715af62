import fc from 'fast-check';
import { BoundedMap } from './bounded-map';

describe('BoundedMap', () => {
  it('holds the entries that were set last, and no more than it may', () => {
    const steps = fc.array(fc.tuple(fc.constantFrom('set', 'delete'), fc.integer({ min: 0, max: 9 })));
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 5 }), (ops, most) => {
        const map = new BoundedMap<number, number>(most);
        let expected: [number, number][] = [];
        ops.forEach(([op, key], turn) => {
          expected = expected.filter(([other]) => other !== key);
          if (op === 'set') {
            map.set(key, turn);
            expected = [...expected, [key, turn] as [number, number]].slice(-most);
          } else map.delete(key);
        });
        expect(map.size).toBe(expected.length);
        for (let key = 0; key <= 9; key += 1) expect(map.get(key)).toBe(new Map(expected).get(key));
      }),
    );
  });
});
