/** A TNS listener that knows no service: it reads a CONNECT packet and refuses it, as Oracle's does (ORA-12514). */
import { once } from 'node:events';
import net from 'node:net';
import tls from 'node:tls';
import type { AddressInfo } from 'node:net';

const [connectPacket, refusePacket] = [1, 4];

export interface Listener {
  host: string;
  port: number;
  /** The connect descriptors that clients sent. */
  received: string[];
  stop(): Promise<void>;
}

/** @param secure with TLS: its certificate and key in PEM */
export async function startListener(secure?: { certificate: string; key: string }): Promise<Listener> {
  const received: string[] = [];
  const serve = (socket: net.Socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (data: Buffer) => {
      if (data[4] !== connectPacket) return socket.destroy();
      received.push(data.toString('latin1'));
      const reason = Buffer.from('(DESCRIPTION=(TMP=)(VSNNUM=318767104)(ERR=12514)(ERROR_STACK=(ERROR=(CODE=12514)(EMFI=4))))');
      const packet = Buffer.alloc(12 + reason.length);
      packet.writeUInt16BE(packet.length, 0);
      packet[4] = refusePacket;
      packet[8] = 34;
      packet.writeUInt16BE(reason.length, 10);
      reason.copy(packet, 12);
      socket.end(packet);
    });
  };
  const server = (secure ? tls.createServer({ cert: secure.certificate, key: secure.key }, serve).on('tlsClientError', () => undefined) : net.createServer(serve)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    host: '127.0.0.1', port: (server.address() as AddressInfo).port, received,
    async stop() {
      const closed = once(server, 'close');
      server.close();
      await closed;
    },
  };
}
