/**
 * Gmail's profile and sending, as Google's REST reference describes them, behind an OAuth provider:
 * https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.messages/send
 */
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';
import { startOAuthPeer } from './oauth.ts';
import type { OAuthPeer } from './oauth.ts';

export interface GmailPeer extends HttpPeer {
  provider: OAuthPeer;
  /** The messages taken, as they came. */
  sent: string[];
  /** From now on the account has not agreed to the profile being read. */
  hideProfile(hidden: boolean): void;
}

/** An error as Google's APIs write it. */
export function googleError(code: number, status: string, reason: string, message: string): HttpAnswer {
  return { status: code, body: { error: { code, message, errors: [{ message, domain: 'global', reason }], status } } };
}

export async function startGmailPeer(): Promise<GmailPeer> {
  const provider = await startOAuthPeer();
  const sent: string[] = [];
  let hidden = false;

  const send = (request: ReceivedRequest): HttpAnswer => {
    const { raw } = JSON.parse(request.body.toString()) as { raw?: string };
    if (!raw || !/^[\w-]+$/.test(raw)) return googleError(400, 'INVALID_ARGUMENT', 'invalidArgument', '\'raw\' RFC822 payload message string or uploading message via /upload/* URL required');
    const message = Buffer.from(raw, 'base64url').toString();
    const head = message.slice(0, message.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ');
    const recipients = [...head.matchAll(/^(to|cc|bcc): (.*)$/gim)].map(([, , list]) => list).join(', ');
    if (recipients === '') return googleError(400, 'INVALID_ARGUMENT', 'invalidArgument', 'Recipient address required');
    if (recipients.includes('nowhere.invalid')) return googleError(400, 'INVALID_ARGUMENT', 'invalidArgument', 'Invalid To header');
    if (recipients.includes('busy@')) return googleError(429, 'RESOURCE_EXHAUSTED', 'rateLimitExceeded', 'User-rate limit exceeded. Retry after 2026-01-05T12:00:00.000Z');
    if (recipients.includes('quota@')) return googleError(403, 'PERMISSION_DENIED', 'userRateLimitExceeded', 'User Rate Limit Exceeded');
    if (recipients.includes('disabled@')) return googleError(403, 'PERMISSION_DENIED', 'accessNotConfigured', 'Gmail API has not been used in project 7 before or it is disabled.');
    sent.push(message);
    const id = `18c${sent.length.toString(16).padStart(13, '0')}`;
    return { body: { id, threadId: id, labelIds: ['SENT'] } };
  };

  const peer = await startHttpPeer((request) => {
    const { method, url, headers } = request;
    if (!provider.isValid(headers.authorization)) return googleError(401, 'UNAUTHENTICATED', 'authError', `Request had invalid authentication credentials (${headers.authorization}).`);
    if (method === 'GET' && url.pathname === '/gmail/v1/users/me/profile') {
      if (hidden) return googleError(403, 'PERMISSION_DENIED', 'insufficientPermissions', 'Request had insufficient authentication scopes.');
      return { body: { emailAddress: 'ada@example.com', messagesTotal: 7, threadsTotal: 7, historyId: '1' } };
    }
    if (method === 'POST' && url.pathname === '/gmail/v1/users/me/messages/send') return send(request);
    return googleError(404, 'NOT_FOUND', 'notFound', 'Requested entity was not found.');
  });
  return {
    ...peer, provider, sent, hideProfile: (now) => void (hidden = now),
    async stop() {
      await peer.stop();
      await provider.stop();
    },
  };
}
