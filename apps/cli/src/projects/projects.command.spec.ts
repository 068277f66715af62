import { UsageError } from '../errors';
import { projectsCommand } from './projects.command';

describe('projects', () => {
  it.each([
    [[], 'Say "projects create" or "projects list".'],
    [['delete'], 'Say "projects create" or "projects list".'],
    [['create'], 'Give the project one name, in quotes if it has spaces.'],
    [['create', 'two', 'words'], 'Give the project one name, in quotes if it has spaces.'],
  ])('refuses %j before it connects to anything', async (args, sentence) => {
    const context = { environment: {}, configuration: jest.fn(), print: jest.fn() };
    const refused: unknown = await projectsCommand.run(args, context).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as UsageError).message).toBe(sentence);
    expect(context.configuration).not.toHaveBeenCalled();
  });
});
