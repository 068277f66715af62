import { UsageError } from '../errors';
import { keysCommand } from './keys.command';

const PROJECT = ['--project', 'proj_01h455vb4pex5vsknk084sn02q'];

describe('keys', () => {
  it.each([
    [[], 'Say "keys create", "keys list" or "keys revoke".'],
    [['delete'], 'Say "keys create", "keys list" or "keys revoke".'],
    [['list'], 'Say which project with --project proj_…; `projects list` shows them.'],
    [
      ['create', '--project', 'sess_00000000000000000000000000'],
      '--project must be an id such as proj_…; `projects list` shows them.',
    ],
    [['create', ...PROJECT, '--expires', 'soon'], '--expires must be a date such as 2027-01-01'],
    [['revoke', ...PROJECT], 'Give one key id, such as key_…; `keys list` shows them.'],
    [['revoke', 'abc', ...PROJECT], 'Give one key id, such as key_…; `keys list` shows them.'],
  ])('refuses %j before it connects to anything', async (args, sentence) => {
    const context = { environment: {}, configuration: jest.fn(), print: jest.fn() };
    const refused: unknown = await keysCommand.run(args, context).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as UsageError).message).toContain(sentence);
    expect(context.configuration).not.toHaveBeenCalled();
    expect(context.print).not.toHaveBeenCalled();
  });
});
