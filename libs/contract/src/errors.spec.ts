import { invalid, unavailable } from './errors';

describe('invalid', () => {
  it('is a 400 whose sentence is the first problem and whose details are all of them', () => {
    const details = [
      { field: 'name', message: 'name must be a string.' },
      { field: 'tags', message: 'tags must be an array.' },
    ] as const;
    expect(invalid([...details])).toMatchObject({ status: 400, message: 'name must be a string.', details });
  });
});

describe('unavailable', () => {
  it('is a 503 that says when to come back, and keeps its cause to itself', () => {
    const cause = new Error('secret');
    const error = unavailable('Not now.', 7, cause);
    expect(error).toMatchObject({ status: 503, message: 'Not now.', headers: { 'Retry-After': '7' }, cause });
    expect(unavailable('Not now.').headers).toEqual({ 'Retry-After': '1' });
  });
});
