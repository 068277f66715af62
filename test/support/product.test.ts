import { createDatabase } from './backends';
import { startProduct } from './product';
import { startProcess } from './product-process';

jest.mock('./product-process');

describe('starting the product', () => {
  it('ends the processes that start only after one has failed', async () => {
    const end = jest.fn(() => Promise.resolve(null));
    jest.mocked(startProcess).mockImplementation(async (role) => {
      if (role === 'api') throw new Error('The api ended before it was ready.');
      await new Promise((done) => setTimeout(done, 50));
      return { role, pid: 0, url: '', output: () => '', end, died: new Promise(() => undefined) };
    });
    const database = await createDatabase();
    const started = startProduct({ queue: 'postgres', search: 'postgres', databaseUrl: database.url });
    await expect(started).rejects.toThrow('The api ended before it was ready.');
    expect(end).toHaveBeenCalledWith('SIGKILL');
    await database.drop();
  });
});
