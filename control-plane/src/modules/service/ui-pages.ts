/** The admin UI, as Vite built it: files that never change under their hashed names, and one page for every address. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';

/** Everything from here alone, no inline script or style, no frame around it. */
const policy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "font-src 'self'", "connect-src 'self'", "manifest-src 'self'",
  "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
].join('; ');

/** What belongs to programs: an address below these that is not there is a problem document, never a page. */
const reserved = /^\/(api|hooks|media|oauth|docs|assets|healthz|readyz|metrics|openapi\.json)(\/|$)/;

const folder = path.resolve(import.meta.dirname, '../../../ui/dist');

export function mountUi(app: Express): void {
  const page = path.join(folder, 'index.html');
  app.use('/assets', preferCompressed);
  app.use('/assets', express.static(path.join(folder, 'assets'), { immutable: true, maxAge: '1y', index: false, fallthrough: true, setHeaders: harden }));
  app.use(express.static(folder, { index: false, maxAge: 0, cacheControl: false, setHeaders: (response) => { harden(response); response.setHeader('Cache-Control', 'no-cache'); } }));
  app.get('/{*splat}', (request: Request, response: Response, next: NextFunction) => {
    if (reserved.test(request.path) || !request.accepts('html')) return next();
    if (!existsSync(page)) {
      response.status(503).type('text/plain').end('The admin UI is not built yet. Start Patchbay with "npm start", or build it with "npm run build".\n');
      return;
    }
    harden(response);
    response.setHeader('Content-Security-Policy', policy);
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('Referrer-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Permissions-Policy', 'camera=(), geolocation=(), microphone=()');
    response.sendFile(page, { cacheControl: false });
  });
}

const types: Record<string, string> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };
const endings: Record<string, string> = { br: '.br', gzip: '.gz' };

/** Answers with what the build compressed, where the reader takes it. */
function preferCompressed(request: Request, response: Response, next: NextFunction): void {
  const type = types[path.extname(request.path)];
  const encoding = type === undefined ? undefined : request.acceptsEncodings('br', 'gzip');
  const ending = encoding ? endings[encoding] : undefined;
  if (ending !== undefined && existsSync(path.join(folder, 'assets', path.basename(request.path) + ending))) {
    request.url = `/${path.basename(request.path)}${ending}`;
    response.setHeader('Content-Encoding', encoding as string);
    response.setHeader('Content-Type', type!);
  }
  response.setHeader('Vary', 'Accept-Encoding');
  next();
}

function harden(response: Pick<Response, 'setHeader'>): void {
  response.setHeader('X-Content-Type-Options', 'nosniff');
}
