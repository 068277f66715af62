import type { Quickstart } from './quickstart-file';

/** What `start` prints once everything serves. The key itself is shown only when it is new. */
export function welcome({ url, projectId, apiKey }: Quickstart, isNew: boolean): string {
  const key = isNew ? `${apiKey}  (kept in .data/quickstart.json)` : 'kept in .data/quickstart.json';
  const sessions = `"${url}/api/sessions?projectId=${projectId}`;
  return `
The Sessions API is ready.

  URL      ${url}
  Docs     ${url}/docs
  Project  ${projectId}
  API key  ${key}
  Logs     .data/logs

Create a session, list all, search (paste in this folder, in another terminal):

  KEY=$(node -p "require('./.data/quickstart.json').apiKey")
  curl ${sessions}" -H "Authorization: Bearer $KEY" -H "Content-Type: application/json" \\
    -d '{"name":"Export is broken","messages":[{"role":"user","content":"The export button does nothing."}]}'
  curl ${sessions}" -H "Authorization: Bearer $KEY"
  curl ${sessions}&search=export+button" -H "Authorization: Bearer $KEY"

Or let "npm run demo" send 2,000 sessions. Ctrl-C stops everything.
`;
}
