/** The page to read the API: Swagger UI over /openapi.json, served from this process. */
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Express } from 'express';

const html = `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>Patchbay API</title>
  <link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
  <main id="api"></main>
  <script src="/docs/swagger-ui-bundle.js"></script>
  <script src="/docs/start.js"></script>
</body>
</html>`;

const start = `SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#api', deepLinking: true, docExpansion: 'list', defaultModelsExpandDepth: 0, filter: true, persistAuthorization: false, validatorUrl: null,
});`;

// The library sets styles from script, so styles alone may be inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function mountDocsPage(app: Express): void {
  const folder = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/swagger-ui-bundle.js'));
  const page = (type: string, text: string) => (_request: unknown, response: { setHeader(name: string, value: string): void; end(text: string): void }) => {
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Content-Type', type);
    response.end(text);
  };
  app.get('/docs', page('text/html; charset=utf-8', html));
  app.get('/docs/start.js', page('text/javascript; charset=utf-8', start));
  for (const file of ['swagger-ui-bundle.js', 'swagger-ui.css']) {
    app.get(`/docs/${file}`, (_request, response) => {
      response.setHeader('Cache-Control', 'public, max-age=86400');
      response.setHeader('X-Content-Type-Options', 'nosniff');
      response.sendFile(path.join(folder, file));
    });
  }
}
