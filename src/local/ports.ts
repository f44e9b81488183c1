// Ports on loopback: any free one by default, or the one asked for and none other.
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { InvalidArgumentError, UnavailableError } from '../domain/errors';

export const LOOPBACK = '127.0.0.1';

// Below the ranges that systems take outgoing connections' ports from (Linux 32768+, IANA 49152+), so that no
// passing connection sits on a port while its server restarts.
const [FROM, TO] = [20_000, 32_000];
const handedOut = new Set<number>();

/** The port asked for if it is free (else UNAVAILABLE), or any free one if none (or 0) was asked for. */
export async function choosePort(asked: number | undefined, what: string): Promise<number> {
  if (!asked) return anyPort();
  if (!Number.isInteger(asked) || asked < 1 || asked > 65_535) {
    throw new InvalidArgumentError(`${what}: ${asked} is no port (1 to 65535)`, { field: 'port' });
  }
  if (await isFree(asked)) return asked;
  throw new UnavailableError(
    `${what}: port ${asked} on ${LOOPBACK} is taken by another program. Stop it, or choose another port.`,
    { port: asked },
  );
}

async function anyPort(): Promise<number> {
  for (let attempt = 0; attempt < 200; attempt++) {
    const port = randomInt(FROM, TO);
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    return port;
  }
  throw new UnavailableError(`No free port found on ${LOOPBACK} between ${FROM} and ${TO}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(false) : reject(error),
    );
    server.listen({ port, host: LOOPBACK, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** Throws if nothing accepts connections there. */
export async function assertListening(port: number): Promise<void> {
  const socket = connect(port, LOOPBACK);
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
