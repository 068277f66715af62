import { explained } from './database';

describe('explained', () => {
  const configuration = { DATABASE_URL: 'postgres://user:secret@db:5432/sessions' };
  const failing = (code: string) =>
    explained(configuration, () => Promise.reject(Object.assign(new Error('no'), { code })));

  it.each([
    ['28P01', 'refuses this password'],
    ['08006', 'cannot be reached'],
    ['55P03', 'is in use in a way that stands in the way of this command, such as by a backup'],
    ['40P01', 'is in use in a way that stands in the way of this command, such as by a backup'],
  ])('says of %s that the database %s', async (code, said) => {
    await expect(failing(code)).rejects.toThrow(new RegExp(`^The database db:5432/sessions ${said}.*\\.$`));
  });

  it('leaves what is no matter of the database as it is', async () => {
    await expect(failing('23505')).rejects.toThrow(/^no$/);
  });
});
