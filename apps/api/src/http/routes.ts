/** The paths that the API serves, and by which methods, so that another method on them is a 405. */
const ROUTES: readonly { path: RegExp; methods: string[] }[] = [
  { path: /^\/api\/sessions\/?$/, methods: ['GET', 'HEAD', 'POST'] },
  { path: /^\/api\/sessions\/batch\/?$/, methods: ['POST'] },
  { path: /^\/api\/sessions\/[^/]+\/?$/, methods: ['GET', 'HEAD'] },
  { path: /^\/api\/(healthz|readyz|openapi\.json)$/, methods: ['GET', 'HEAD'] },
  { path: /^\/docs(\/[^/]*)?$/, methods: ['GET', 'HEAD'] },
];

/** The methods that the path allows, or null for a path that the API does not serve. */
export function allowedMethods(path: string): string[] | null {
  return ROUTES.find((route) => route.path.test(path))?.methods ?? null;
}

/** Whether a path wants an API key. */
export function needsKey(path: string): boolean {
  return path === '/api/sessions' || path.startsWith('/api/sessions/');
}
