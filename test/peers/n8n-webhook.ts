/**
 * Answers as n8n's webhooks do (packages/cli/src/webhooks and the Webhook node of n8n 2): which workflow listens
 * where, the preflight, each way of authentication, its error bodies.
 */
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { jwtVerify } from 'jose';
import { startHttpPeer } from './http.ts';
import type { HttpAnswer, HttpPeer, ReceivedRequest } from './http.ts';

export interface N8nPeer extends HttpPeer {
  private_key: string;
  /** What the workflows were started with. */
  runs: ReceivedRequest[];
}

export const n8nSecrets = { username: 'ada', password: 'basic-pässword', header_value: 'header-s3cret', jwt_secret: 'jwt-passphrase-of-n8n' };

interface Workflow {
  methods: string[];
  authorize?(request: ReceivedRequest): Promise<HttpAnswer | undefined>;
  respond?(request: ReceivedRequest): HttpAnswer;
}

const refused = (status: number, message: string): HttpAnswer => ({ status, headers: { 'content-type': 'text/html' }, body: message });
const notRegistered = (method: string, path: string, others: string[]): HttpAnswer => ({
  status: 404,
  body: others.length > 0
    ? { code: 404, message: `This webhook is not registered for ${method} requests. Did you mean to make a ${others.join(' or ')} request?` }
    : { code: 404, message: `The requested webhook "${method} ${path}" is not registered.`, hint: 'The workflow must be active for a production URL to run successfully.' },
});

export async function startN8nPeer(): Promise<N8nPeer> {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwt = (key: Uint8Array | KeyObject, algorithm: string): Workflow['authorize'] => async ({ headers }) => {
    const token = headers.authorization?.replace(/^Bearer /, '');
    if (!token) return refused(401, 'No token provided');
    return jwtVerify(token, key, { algorithms: [algorithm] }).then(() => undefined, (error: Error) => refused(403, error.message));
  };
  const workflows: Record<string, Workflow> = {
    'orders': { methods: ['POST'] },
    'echo': { methods: ['POST'], respond: ({ headers, body }) => ({ body: { received: JSON.parse(body.toString()), id: headers['webhook-id'] } }) },
    'put': { methods: ['PUT', 'PATCH'] },
    'basic': {
      methods: ['POST'],
      async authorize({ headers }) {
        if (!headers.authorization?.startsWith('Basic ')) return refused(401, 'Authorization is required!');
        const given = Buffer.from(headers.authorization.slice(6), 'base64').toString();
        return given === `${n8nSecrets.username}:${n8nSecrets.password}` ? undefined : refused(403, 'Authorization data is wrong!');
      },
    },
    'header': {
      methods: ['POST'],
      authorize: async ({ headers }) => (headers['x-n8n-key'] === n8nSecrets.header_value ? undefined : refused(403, 'Authorization data is wrong!')),
    },
    'jwt': { methods: ['POST'], authorize: jwt(new TextEncoder().encode(n8nSecrets.jwt_secret), 'HS256') },
    'jwt-rsa': { methods: ['POST'], authorize: jwt(publicKey, 'RS256') },
    'closed': { methods: ['POST'], authorize: async () => refused(403, 'IP is not whitelisted to access the webhook!') },
    'failing': { methods: ['POST'], respond: () => ({ status: 500, body: { message: 'Error in workflow' } }) },
    'choosy': { methods: ['POST'], respond: () => ({ status: 422, body: { message: 'customer is missing' } }) },
  };
  const runs: ReceivedRequest[] = [];
  const isDynamic = (path: string) => path.startsWith('5cf1d3a4/orders/');

  const preflight = (path: string, { headers }: ReceivedRequest): HttpAnswer => {
    if (headers.origin === undefined) return { status: 204 };
    const allowed = { 'access-control-allow-methods': ['OPTIONS', ...(workflows[path]?.methods ?? [])].join(', ') };
    const asked = headers['access-control-request-method'];
    if (asked === undefined) return { status: 204, headers: allowed };
    if (!isDynamic(path) && !workflows[path]?.methods.includes(asked)) return { status: 500, body: 'Internal Server Error' };
    return { status: 204, headers: { ...allowed, 'access-control-allow-origin': headers.origin, 'access-control-max-age': '300' } };
  };

  const peer = await startHttpPeer(async (request) => {
    const { method, url } = request;
    if (url.pathname === '/proxied') return method === 'OPTIONS' ? { status: 405 } : { body: {} };
    const path = url.pathname.replace(/^\/webhook(-test)?\//, '');
    // Nobody has pressed "Listen for test event".
    if (url.pathname.startsWith('/webhook-test/')) return notRegistered(method, path, []);
    if (method === 'OPTIONS') return preflight(path, request);
    const workflow = workflows[path] ?? (isDynamic(path) ? { methods: ['POST'] } : undefined);
    if (!workflow?.methods.includes(method)) return notRegistered(method, path, workflow?.methods ?? []);
    const refusal = await workflow.authorize?.(request);
    if (refusal) return refusal;
    runs.push(request);
    return workflow.respond?.(request) ?? { body: { message: 'Workflow was started' } };
  });
  return { ...peer, runs, private_key: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString() };
}
