import type { Bench } from './bench';
import { parseOptions } from './options';
import { runAll } from './run-all';
import { NO_TARGET } from './target';

const bench = (name: string, run: Bench['run']): Bench => ({ name, backends: ['embedded'], run });
const measuring = (name: string) =>
  bench(name, () =>
    Promise.resolve([{ what: 'all', unit: 'ms', target: NO_TARGET, pairs: [{ product: 1 }] }]),
  );

describe('a run of benches', () => {
  beforeEach(() => {
    jest.spyOn(console, 'log').mockImplementation();
    jest.spyOn(console, 'error').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  it('goes on after one that fails, and keeps what was measured when the shared part does not stop', async () => {
    const failing = bench('failing', () => Promise.reject(new Error('It failed.')));
    const sharing = bench('sharing', async (context) => {
      await context.lasting('shared', (backendContext) => {
        backendContext.atEnd(() => Promise.reject(new Error('It did not stop.')));
        return Promise.resolve(1);
      });
      return measuring('').run(context);
    });
    const { report, failed } = await runAll([failing, sharing, measuring('last')], parseOptions([], []));
    expect(failed).toBe(true);
    expect(report.results.map(({ name }) => name)).toEqual(['sharing', 'last']);
    expect(console.error).toHaveBeenCalledWith(
      expect.stringContaining('failing on embedded'),
      new Error('It failed.'),
    );
    expect(console.error).toHaveBeenCalledWith(
      expect.stringContaining('embedded'),
      new Error('It did not stop.'),
    );
  });

  it('has nothing failed when all went well', async () => {
    expect(await runAll([measuring('only')], parseOptions([], []))).toMatchObject({ failed: false });
  });
});
