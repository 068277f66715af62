import { Readable } from 'node:stream';
import { StreamBody } from '../../http/stream-body';
import { itemsOfJson, itemsOfNdjson } from './batch-items';
import type { BatchItem } from './batch-items';

function ndjson(...chunks: (string | Buffer)[]): Promise<BatchItem[]> {
  return itemsOf(40, ...chunks);
}

async function itemsOf(bytes: number, ...chunks: (string | Buffer)[]): Promise<BatchItem[]> {
  const items: BatchItem[] = [];
  const stream = Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
  const body = new StreamBody(stream, () => undefined);
  for await (const some of itemsOfNdjson(body, { bytes, values: 1000 })) items.push(...some);
  return items;
}

async function partsOf(body: unknown, maxItems: number): Promise<BatchItem[][]> {
  const parts: BatchItem[][] = [];
  for await (const part of itemsOfJson(body, maxItems)) parts.push(part);
  return parts;
}

describe('itemsOfJson', () => {
  const items = [
    { value: { name: 'é' }, bytes: 13 },
    { value: null, bytes: 4 },
  ];

  it('takes an array, or an object whose sessions is one', async () => {
    expect(await partsOf([{ name: 'é' }, null], 2)).toEqual([items]);
    expect(await partsOf({ sessions: [{ name: 'é' }, null] }, 2)).toEqual([items]);
    expect(await partsOf([], 2)).toEqual([]);
  });

  it('measures 500 at a time, and lets others work between', async () => {
    const many = Array.from({ length: 1200 }, (_, index) => index);
    let turns = 0;
    let others = setImmediate(function takeTurn() {
      turns += 1;
      others = setImmediate(takeTurn);
    });
    const parts = await partsOf(many, 1200);
    clearImmediate(others);
    expect(turns).toBeGreaterThan(0);
    expect(parts.map((part) => part.length)).toEqual([500, 500, 200]);
    expect(parts.flat().map((item) => 'value' in item && item.value)).toEqual(many);
  });

  it.each([null, 'x', 1, {}, { sessions: {} }, { sessions: null }, { items: [] }])('refuses %j', (body) => {
    expect(() => itemsOfJson(body, 2)).toThrow(
      'The body must be an array of sessions, or an object whose sessions is one.',
    );
  });

  it('names what does not belong beside the sessions', () => {
    expect(() => itemsOfJson({ sessions: [], dryRun: true }, 2)).toThrow(
      'dryRun is not a field of a batch; allowed is only sessions.',
    );
  });

  it('refuses more items than allowed, with 413', () => {
    const message = 'A JSON batch may have at most 2 sessions, not 3; send several, or NDJSON.';
    const tooMany = () => itemsOfJson([1, 2, 3], 2);
    expect(tooMany).toThrow(message);
    expect(tooMany).toThrow(expect.objectContaining({ status: 413 }) as Error);
  });

  it('rejects an item that is nested too deeply, alone', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    expect(await partsOf(JSON.parse(`[${deep},1]`), 2)).toEqual([
      [{ problem: 'The item is nested too deeply.' }, { value: 1, bytes: 1 }],
    ]);
  });
});

describe('itemsOfNdjson', () => {
  it('makes an item of every line, and of a line that is no JSON', async () => {
    await expect(ndjson('{"name":"é"}\n\nnu', 'll\n{"name":\n', '[]')).resolves.toEqual([
      { value: { name: 'é' }, bytes: 13 },
      { value: null, bytes: 4 },
      { problem: 'The line must be JSON; it could not be parsed.' },
      { value: [], bytes: 2 },
    ]);
  });

  it('parses no line that would keep the process busy', async () => {
    const [item] = await itemsOf(1_000_000, '['.repeat(500_000));
    expect(item).toEqual({ problem: 'The line must not be nested deeper than 32 levels.' });
  });

  it('refuses a line of too many values', async () => {
    const [item] = await itemsOf(1_000_000, `[${'0,'.repeat(40_000)}0]`);
    expect(item).toEqual({ problem: 'The line has more than 3333 values; send less at once.' });
  });

  it('makes an item of a line that is too long or no UTF-8, and goes on', async () => {
    await expect(
      ndjson(`"${'x'.repeat(40)}"\n`, Buffer.from([0x22, 0xff, 0x22, 0x0a]), '1'),
    ).resolves.toEqual([
      { problem: 'The line is longer than 40 bytes.' },
      { problem: 'The line must be UTF-8 text.' },
      { value: 1, bytes: 1 },
    ]);
  });

  it('passes over a byte order mark', async () => {
    await expect(ndjson('\uFEFF{}\n')).resolves.toEqual([{ value: {}, bytes: 5 }]);
  });
});
