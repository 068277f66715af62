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
export const START_SCRIPT = `SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#page',
  deepLinking: true,
  validatorUrl: null,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
});
`;

/** What the page loads from the package of Swagger UI, with the types. */
export const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** The page loads from its own server and talks to it alone, and no other page can frame it. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};
