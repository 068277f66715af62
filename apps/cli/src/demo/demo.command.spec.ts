import type { CommandContext } from '../command';
import { UsageError } from '../errors';
import { demoCommand } from './demo.command';

describe('demo', () => {
  it.each([
    [['--url', 'https://elsewhere']],
    [['--url', 'https://elsewhere', '--project', 'proj_1']],
    [['--key', 'hiss_1']],
  ])('sends nothing, and no key of a running start, where %j alone is given', async (args) => {
    await expect(demoCommand.run(args, {} as CommandContext)).rejects.toThrow(UsageError);
  });
});
