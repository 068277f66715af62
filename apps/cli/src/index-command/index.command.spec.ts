import { UsageError } from '../errors';
import { indexCommand } from './index.command';

describe('index', () => {
  it.each([
    [[], 'Say "index status", "index check", "index repair" or "index rebuild".'],
    [['drop'], 'Say "index status", "index check", "index repair" or "index rebuild".'],
    [['status', '--project', 'acme'], '--project must be an id such as proj_…'],
    [['check', '--project', 'sess_00000000000000000000000000'], '--project must be an id such as proj_…'],
    [['repair', '--project', ''], '--project must be an id such as proj_…'],
  ])('refuses %j before it connects to anything', async (args, sentence) => {
    const context = { environment: {}, configuration: jest.fn(), print: jest.fn() };
    const refused: unknown = await indexCommand.run(args, context).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as UsageError).message).toContain(sentence);
    expect(context.configuration).not.toHaveBeenCalled();
    expect(context.print).not.toHaveBeenCalled();
  });

  it('rebuilds the index of all projects alone', async () => {
    const context = { environment: {}, configuration: jest.fn(), print: jest.fn() };
    await expect(indexCommand.run(['rebuild', '--project', 'proj_1'], context)).rejects.toThrow('--project');
    expect(context.configuration).not.toHaveBeenCalled();
  });
});
