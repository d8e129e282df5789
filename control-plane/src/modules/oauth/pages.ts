/** The few pages that somebody sees who connects an account: no script, nothing from elsewhere, every text escaped. */
import { createHash } from 'node:crypto';
import type { Response } from 'express';

const style = `:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0;display:grid;place-items:center;min-height:100vh;background:Canvas;color:CanvasText}
main{max-width:32rem;padding:2rem;margin:1rem;border:1px solid color-mix(in srgb,CanvasText 20%,Canvas);border-radius:12px}
h1{font-size:1.25rem;margin:0 0 .5rem}p{margin:.5rem 0;overflow-wrap:anywhere}`;

const policy = [
  "default-src 'none'", `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`, "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'",
].join('; ');

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character]!);

export interface PageLink {
  /** An address of this service. */
  href: string;
  text: string;
}

/** @param paragraphs plain text @param back for who came from the admin UI; others are asked there who they are */
export function sendPage(response: Response, status: number, title: string, paragraphs: readonly string[], back?: PageLink): undefined {
  response.statusCode = status;
  hardened(response);
  response.setHeader('Content-Type', 'text/html; charset=utf-8');
  response.setHeader('Content-Security-Policy', policy);
  response.setHeader('X-Frame-Options', 'DENY');
  response.end(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escape(title)} · Patchbay</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${[...paragraphs.map(escape), ...(back ? [`<a href="${escape(back.href)}">${escape(back.text)}</a>`] : [])].map((content) => `<p>${content}</p>`).join('\n')}
</main>
</body>
</html>
`);
  return undefined;
}

/** The address holds a secret: neither the provider nor a cache may learn it. */
export function hardened(response: Response): void {
  response.setHeader('Cache-Control', 'no-store');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('X-Content-Type-Options', 'nosniff');
}
