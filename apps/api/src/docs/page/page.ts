/** Where the page is; what it loads is below. */
export const PAGE_PATH = 'docs';

/** The page: Swagger UI without anything inline, so that the content security policy can forbid inline scripts. */
export const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Sessions API</title>
    <link rel="icon" href="/${PAGE_PATH}/favicon-32x32.png">
    <link rel="stylesheet" href="/${PAGE_PATH}/swagger-ui.css">
  </head>
  <body>
    <div id="page"></div>
    <noscript>This page needs JavaScript; the document is at <a href="/api/openapi.json">/api/openapi.json</a>.</noscript>
    <script src="/${PAGE_PATH}/swagger-ui-bundle.js"></script>
    <script src="/${PAGE_PATH}/start.js"></script>
  </body>
</html>
`;

/** What starts the page. Unless `validatorUrl` is null, the browser would show the document to a server elsewhere. */
const START_SCRIPT = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelExpandDepth: 9,
  defaultModelsExpandDepth: 0,
});
`;

/** A file that the page loads: ours with its content, or one from the package of Swagger UI. */
interface Asset {
  name: string;
  type: string;
  content?: string;
}

/** Everything that the page loads. */
export const ASSETS: readonly Asset[] = [
  { name: 'start.js', type: 'text/javascript; charset=utf-8', content: START_SCRIPT },
  { name: 'swagger-ui-bundle.js', type: 'text/javascript; charset=utf-8' },
  { name: 'swagger-ui.css', type: 'text/css; charset=utf-8' },
  { name: 'favicon-32x32.png', type: 'image/png' },
];

/** The page loads from its own server and talks to it alone, and no other page can frame it. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
