import net from 'node:net';
import type pg from 'pg';

/** Number that makes a start-up packet a cancel request (PostgreSQL protocol, "CancelRequest"). */
const CANCEL_REQUEST = 80877102;
const GIVE_UP_MS = 5_000;

interface BackendKey {
  readonly processID?: number | null;
  readonly secretKey?: number | null;
}

/**
 * Asks the server to stop what this connection runs. It is a request: the server answers nothing, and a statement that just
 * ended is not harmed. Sent in its own connection, without TLS: it carries no data and servers take it before any authentication.
 */
export function cancelQuery(client: pg.PoolClient, place: { readonly host: string; readonly port: number }): void {
  const { processID, secretKey } = client as unknown as BackendKey;
  if (typeof processID !== 'number' || typeof secretKey !== 'number') {
    return;
  }
  const packet = Buffer.alloc(16);
  packet.writeInt32BE(16, 0);
  packet.writeInt32BE(CANCEL_REQUEST, 4);
  packet.writeInt32BE(processID, 8);
  packet.writeInt32BE(secretKey, 12);
  const isFolder = place.host.startsWith('/');
  const socket = isFolder
    ? net.connect(`${place.host}/.s.PGSQL.${String(place.port)}`)
    : net.connect(place.port, place.host);
  // The statement timeout is the net below: a request that cannot be sent is no error.
  socket.on('error', () => undefined);
  socket.setTimeout(GIVE_UP_MS, () => socket.destroy());
  socket.on('connect', () => socket.end(packet));
}
