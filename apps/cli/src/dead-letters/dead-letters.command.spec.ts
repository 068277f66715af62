import { UsageError } from '../errors';
import { deadLettersCommand } from './dead-letters.command';

const ID = 'dead_01h455vb4pex5vsknk084sn02q';

describe('dead-letters', () => {
  it.each([
    [[], 'Say "dead-letters list", "dead-letters show", "dead-letters replay" or "dead-letters purge".'],
    [
      ['delete'],
      'Say "dead-letters list", "dead-letters show", "dead-letters replay" or "dead-letters purge".',
    ],
    [
      ['list', '--project', 'sess_01h455vb4pex5vsknk084sn02q'],
      '--project must be an id such as proj_…; `projects list` shows them.',
    ],
    [['show'], 'Give one id, such as dead_…; `dead-letters list` shows them.'],
    [['show', ID, ID], 'Give one id, such as dead_…; `dead-letters list` shows them.'],
    [['show', 'abc'], '"abc" is no id of a dead letter'],
    [['replay', 'abc'], '"abc" is no id of a dead letter'],
    [['replay', '--limit', '0'], '--limit must be a whole number'],
    [['purge'], 'Say which to purge, by ids or filters, or --all for all of them.'],
    [['purge', '--yes', '--limit', '5'], 'Say which to purge'],
    [['purge', '--all', '--kind', 'index'], 'Say which to purge'],
  ])('refuses %j before it connects to anything', async (args, sentence) => {
    const context = { environment: {}, configuration: jest.fn(), print: jest.fn() };
    const refused: unknown = await deadLettersCommand.run(args, context).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as UsageError).message).toContain(sentence);
    expect(context.configuration).not.toHaveBeenCalled();
    expect(context.print).not.toHaveBeenCalled();
  });
});
