/** Who subscribes to events: an HTTP server that remembers what it was sent and answers as it is told. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { webhookHeaders } from '../../control-plane/src/platform/standard-webhooks.ts';
import type { Json } from '../setup/client.ts';

export interface Received {
  path: string;
  headers: Record<string, string>;
  text: string;
  event: Json;
}

export interface Subscriber {
  url: string;
  /** In the order of arrival. */
  received: Received[];
  /** What the next requests are answered with; 200 when absent. */
  answers: ((received: Received) => { status: number; headers?: Record<string, string>; body?: string } | undefined)[];
  /** Answers every request so. */
  always(answer: (received: Received) => number): void;
  /** Waits until so many requests have come in all. */
  until(count: number): Promise<Received[]>;
  stop(): Promise<void>;
}

export async function startSubscriber(): Promise<Subscriber> {
  const received: Received[] = [];
  const waiting: { count: number; resolve(): void }[] = [];
  let always: (received: Received) => number = () => 200;
  const answers: Subscriber['answers'] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8');
      const one: Received = { path: request.url ?? '', headers: request.headers as Record<string, string>, text, event: text === '' ? undefined : JSON.parse(text) };
      received.push(one);
      const { status, headers = {}, body = '' } = answers.shift()?.(one) ?? { status: always(one) };
      response.writeHead(status, headers).end(body);
      for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received, answers,
    always(answer) { always = answer; },
    async until(count) {
      if (received.length < count) await new Promise<void>((resolve) => waiting.push({ count, resolve }));
      return received;
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The signatures of what was received, by these secrets: which of them are there, in the order given. */
export function signedBy({ headers, text }: Received, secrets: string[]): boolean[] {
  const given = headers['webhook-signature']!.split(' ');
  return secrets.map((secret) => given.includes(webhookHeaders(headers['webhook-id']!, Number(headers['webhook-timestamp']), text, [secret])['webhook-signature']!));
}
