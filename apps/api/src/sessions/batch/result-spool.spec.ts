import { once } from 'node:events';
import { open, readdir, rm } from 'node:fs/promises';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { ResultSpool } from './result-spool';

const LARGE = 'é'.repeat(600 * 1024);

/** How many files the process has open. */
const openFiles = () => readdirSync('/dev/fd').length;

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

  it('keeps a large answer in a file, which has no name that could stay behind', async () => {
    const spool = new ResultSpool();
    for (let part = 0; part < 4; part += 1) await spool.write(LARGE + part);
    await expect(files()).resolves.toEqual([]);
    await spool.write('end');
    const stream = await spool.read();
    expect((await text(stream)) === `${LARGE}0${LARGE}1${LARGE}2${LARGE}3end`).toBe(true);
  });

  it('closes the file when its reader goes away, and when the answer is given up', async () => {
    const before = openFiles();
    const spools = [new ResultSpool(), new ResultSpool()] as const;
    for (const spool of spools) for (let part = 0; part < 2; part += 1) await spool.write(LARGE);
    expect(openFiles()).toBe(before + 2);
    const stream = await spools[0].read();
    const closed = once(stream, 'close');
    stream.destroy();
    await closed;
    await spools[1].discard();
    await spools[1].discard();
    expect(openFiles()).toBe(before);
  });

  it('writes on when the system takes only a part', async () => {
    const probe = await open(path.join(folder, 'probe'), 'w');
    const prototype = Object.getPrototypeOf(probe) as { write: (text: string) => Promise<unknown> };
    await probe.close();
    await rm(path.join(folder, 'probe'));
    const { write } = prototype;
    jest.spyOn(prototype, 'write').mockImplementation(function (this: typeof probe, part) {
      return write.call(this, part.slice(0, 10));
    });
    const spool = new ResultSpool();
    await spool.write(LARGE + LARGE);
    expect((await text(await spool.read())) === LARGE + LARGE).toBe(true);
  });

  it('says so when there is no room', async () => {
    jest.spyOn(os, 'tmpdir').mockReturnValue(path.join(folder, 'missing'));
    await expect(new ResultSpool().write(LARGE + LARGE)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
