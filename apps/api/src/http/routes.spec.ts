import { allowedMethods, needsKey } from './routes';

describe('allowedMethods', () => {
  it.each([
    ['/api/sessions', 'GET HEAD POST'],
    ['/api/sessions/', 'GET HEAD POST'],
    ['/api/sessions/batch', 'POST'],
    ['/api/sessions/sess_1', 'GET HEAD'],
    ['/api/healthz', 'GET HEAD'],
    ['/api/readyz', 'GET HEAD'],
    ['/api/openapi.json', 'GET HEAD'],
    ['/docs', 'GET HEAD'],
  ])('knows %s', (path, methods) => expect(allowedMethods(path)?.join(' ')).toBe(methods));

  it.each(['/', '/api', '/api/session', '/api/sessions/a/b', '/api/sessionsx', '/x/api/sessions'])(
    'does not know %s',
    (path) => expect(allowedMethods(path)).toBeNull(),
  );
});

describe('needsKey', () => {
  it.each(['/api/sessions', '/api/sessions/', '/api/sessions/batch', '/api/sessions/x/y'])(
    'is true of %s',
    (path) => expect(needsKey(path)).toBe(true),
  );

  it.each(['/', '/api/healthz', '/api/readyz', '/api/openapi.json', '/docs', '/api/sessionsx'])(
    'is false of %s',
    (path) => expect(needsKey(path)).toBe(false),
  );
});
