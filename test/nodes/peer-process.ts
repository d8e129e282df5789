/**
 * The servers of test/peers, each in a process of its own: they are ES modules, which the tests of the
 * CommonJS pack cannot import.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { peerAvailable } from '../peers/peer.ts';

const script = path.join(__dirname, 'serve-peer.mjs');

export interface PeerProcess {
  /** What the module's `start…()` gave, without its functions. */
  peer: Record<string, string & number>;
  /** Calls one of its functions. */
  call(name: string, ...args: unknown[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** `describe`, or `describe.skip` with a line that names what is missing. @param available the module's export that says so */
export function describeWith(peers: { name: string; module: string; available: string }[]): jest.Describe {
  const found = peers.map(({ name, module, available }) =>
    peerAvailable(name, spawnSync(process.execPath, [script, module, available, 'has'], { encoding: 'utf8' }).stdout.trim() === 'true'));
  return found.every(Boolean) ? describe : describe.skip;
}

export async function startPeer(module: string, start: string): Promise<PeerProcess> {
  const child = spawn(process.execPath, [script, module, start], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const answer = async (): Promise<unknown> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`The peer ${module} ended`);
    const { error, result } = JSON.parse(value) as { error?: string; result?: unknown };
    if (error !== undefined) throw new Error(error);
    return result;
  };
  const peer = (await answer()) as PeerProcess['peer'];
  return {
    peer,
    async call(name, ...args) {
      child.stdin.write(`${JSON.stringify({ name, args })}\n`);
      return await answer();
    },
    async stop() {
      if (child.exitCode !== null) return;
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
