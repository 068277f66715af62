import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ResultSpool } from './result-spool';

const LARGE = 'é'.repeat(600 * 1024);

describe('ResultSpool', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'spool-'));
  const files = () => readdir(folder);

  beforeEach(() => void jest.spyOn(os, 'tmpdir').mockReturnValue(folder));
  afterEach(() => void jest.restoreAllMocks());
  afterAll(() => rmSync(folder, { recursive: true }));

  it('keeps a small answer in memory', async () => {
    const spool = new ResultSpool();
    await spool.write('a');
    await spool.write('b');
    await expect(files()).resolves.toEqual([]);
    await expect(text(await spool.read())).resolves.toBe('ab');
  });

  it('keeps a large answer in a file, which goes once it was read', async () => {
    const spool = new ResultSpool();
    for (let part = 0; part < 4; part += 1) await spool.write(LARGE + part);
    await expect(files()).resolves.toHaveLength(1);
    await spool.write('end');
    const discard = jest.spyOn(spool, 'discard');
    const stream = await spool.read();
    const closed = once(stream, 'close');
    expect((await text(stream)) === `${LARGE}0${LARGE}1${LARGE}2${LARGE}3end`).toBe(true);
    await closed;
    await discard.mock.results[0]?.value;
    await expect(files()).resolves.toEqual([]);
  });

  it('removes the file when its reader goes away', async () => {
    const spool = new ResultSpool();
    for (let part = 0; part < 2; part += 1) await spool.write(LARGE);
    const stream = await spool.read();
    const discard = jest.spyOn(spool, 'discard');
    const closed = once(stream, 'close');
    stream.destroy();
    await closed;
    await discard.mock.results[0]?.value;
    await expect(files()).resolves.toEqual([]);
  });

  it('removes the file when the answer is given up', async () => {
    const spool = new ResultSpool();
    for (let part = 0; part < 2; part += 1) await spool.write(LARGE);
    await spool.discard();
    await spool.discard();
    await expect(files()).resolves.toEqual([]);
  });
});
