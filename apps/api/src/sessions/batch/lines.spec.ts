import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { linesOf } from './lines';

async function* chunked(bytes: Buffer, cuts: number[]): AsyncGenerator<Buffer> {
  const ends = [...new Set([...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length])].sort(
    (a, b) => a - b,
  );
  let start = 0;
  for (const end of ends) {
    await Promise.resolve();
    yield bytes.subarray(start, end);
    start = end;
  }
}

async function read(text: string, maxBytes: number, cuts: number[] = []): Promise<string[]> {
  const lines: string[] = [];
  for await (const some of linesOf(chunked(Buffer.from(text), cuts), maxBytes, () => undefined)) {
    lines.push(...some.map((line) => ('tooLong' in line ? '(too long)' : line.bytes.toString())));
  }
  return lines;
}

describe('linesOf', () => {
  it('gives the same lines however the text is cut into chunks', async () => {
    const text = fc.stringMatching(/^([a-c]{0,4}|[é😀 \r\t]|\n){0,30}$/u);
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.array(fc.nat(100)),
        fc.integer({ min: 1, max: 8 }),
        async (given, cuts, max) => {
          const expected = given
            .split('\n')
            .map((line) => (Buffer.byteLength(line) > max ? '(too long)' : line))
            .filter((line) => line.trim() !== '');
          await expect(read(given, max, cuts)).resolves.toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it.each<[string, string[]]>([
    ['', []],
    ['\n\n \r\n\t\n', []],
    ['[1,2]', ['[1,2]']],
    ['a\nb\n', ['a', 'b']],
    ['a\r\nb', ['a\r', 'b']],
    ['12345\n123456\n1', ['12345', '(too long)', '1']],
    ['123456', ['(too long)']],
  ])('reads %j as %j', async (text, lines) => {
    await expect(read(text, 5)).resolves.toEqual(lines);
  });

  it('tells how much of a line is kept until its end comes', async () => {
    const held: number[] = [];
    const text = Buffer.from('a\nbbbcc\ndddddddddddde\n');
    for await (const some of linesOf(chunked(text, [5, 10, 18]), 9, (bytes) => held.push(bytes)))
      expect(some.length).toBeGreaterThan(0);
    expect(held).toEqual([3, 2, 0, 0]);
  });

  it('keeps no more of an endless line than is allowed', async () => {
    setFlagsFromString('--expose-gc');
    const collectGarbage = runInNewContext('gc') as () => void;
    const sent: WeakRef<ArrayBufferLike>[] = [];
    async function* endless() {
      for (let count = 0; count < 100; count += 1) {
        const chunk = Buffer.alloc(1000, 'x');
        sent.push(new WeakRef(chunk.buffer));
        yield chunk;
        await new Promise(setImmediate);
      }
      collectGarbage();
      expect(sent.filter((chunk) => chunk.deref() !== undefined).length).toBeLessThan(15);
      yield Buffer.from('\nb\n');
    }
    const lines: unknown[] = [];
    for await (const some of linesOf(endless(), 10_000, () => undefined))
      lines.push(...some.map((line) => 'tooLong' in line || line.bytes.toString()));
    expect(lines).toEqual([true, 'b']);
  });
});
