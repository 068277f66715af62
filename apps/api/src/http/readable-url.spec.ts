import fc from 'fast-check';
import { readableUrl } from './readable-url';

describe('readableUrl', () => {
  it.each([
    ['/api/sessions/%ff?projectId=%ff', '/api/sessions/%25ff?projectId=%ff'],
    ['/api/sessions/100%', '/api/sessions/100%25'],
    ['/api/sessions/%zz%20', '/api/sessions/%25zz%2520'],
    ['/api/sessions/a%20b?name=%zz', '/api/sessions/a%20b?name=%zz'],
    ['/api/sessions', '/api/sessions'],
  ])('makes %s %s', (url, readable) => {
    expect(readableUrl(url)).toBe(readable);
  });

  it('makes a path that can be decoded of any address, and leaves its query alone', () => {
    const address = fc.array(fc.constantFrom('%', 'f', '0', 'é', '/', '?', '%41', '%C3%A9'));
    fc.assert(
      fc.property(address, (parts) => {
        const url = parts.join('');
        const [path = '', ...query] = readableUrl(url).split('?');
        expect(() => decodeURIComponent(path)).not.toThrow();
        expect(query).toEqual(url.split('?').slice(1));
      }),
    );
  });
});
