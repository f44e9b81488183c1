// A server that is gone without a word: nothing arrives any more, and nobody says so.

import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { Database } from '../../src';
import { setting } from '../support/settings';

/** Between us and MySQL: forwards, until what is connected by then is cut off without being told. */
class Proxy {
  accepted = 0;
  private readonly sockets: Socket[] = [];
  private readonly silent: Socket[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<Proxy> {
    const server = createServer((socket) => proxy.forward(socket));
    const proxy = new Proxy(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get url(): string {
    const url = new URL(setting('DLC_TEST_MYSQL_URL'));
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  cut(): void {
    for (const socket of this.sockets.splice(0)) this.silent.push(socket.unpipe().on('data', () => undefined));
  }

  async stop(): Promise<void> {
    this.server.close();
    for (const socket of [...this.sockets, ...this.silent]) socket.destroy();
    await once(this.server, 'close');
  }

  private forward(socket: Socket): void {
    this.accepted++;
    const { hostname, port } = new URL(setting('DLC_TEST_MYSQL_URL'));
    const up = connect(Number(port), hostname);
    for (const [from, to] of [
      [socket, up],
      [up, socket],
    ] as const) {
      from.pipe(to);
      from.on('error', () => undefined);
      this.sockets.push(from);
    }
  }
}

/** Milliseconds; far above what a statement of this test takes. */
const STATEMENT = 1_000;

let proxy: Proxy;
let db: Database;
beforeEach(async () => {
  proxy = await Proxy.start();
  db = new Database(proxy.url, { statementMs: STATEMENT, connectionMs: 2 * STATEMENT });
});
afterEach(async () => {
  await db.close();
  await proxy.stop();
});

const one = (on: Pick<Database, 'select'> = db): Promise<unknown[]> => on.select('SELECT 1 AS one');
const inTransaction = (): Promise<unknown[]> => db.transaction((tx) => one(tx));
/** As many connections as the pool has, each of them idle afterwards. */
const fill = (): Promise<unknown> => Promise.all(Array.from({ length: 10 }, () => db.select('SELECT SLEEP(0.2)')));

test('a silent server costs those who ask it one wait; whoever asks next has a fresh connection at once', async () => {
  await fill();
  proxy.cut();
  await expect(one()).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining('no answer for 1 s') as string,
  });
  // The other nine are as old as that one.
  const since = performance.now();
  expect(await one()).toEqual([{ one: 1 }]);
  for (let asked = 0; asked < 9; asked++) await inTransaction();
  expect(performance.now() - since).toBeLessThan(STATEMENT);
  expect(proxy.accepted).toBe(11);
});

test('more transactions at once than there are connections all come to an end, those in line with an answer', async () => {
  await fill();
  proxy.cut();
  const ends = await Promise.allSettled(Array.from({ length: 15 }, inTransaction));
  expect(ends.map(({ status }) => status).sort()).toEqual([
    ...Array<string>(5).fill('fulfilled'),
    ...Array<string>(10).fill('rejected'),
  ]);
});

test('a server that falls silent in the middle of a transaction ends it, and keeps no connection', async () => {
  const transaction = db.transaction(async (tx) => {
    await one(tx);
    proxy.cut();
    await one(tx);
  });
  await expect(transaction).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    details: { mysql: 'PROTOCOL_SEQUENCE_TIMEOUT' },
  });
  expect(await one()).toEqual([{ one: 1 }]);
});

test('a transaction that is cut off keeps its locks for no longer than the server waits for it', async () => {
  const short = new Database(proxy.url, { statementMs: STATEMENT, idleMs: 2 * STATEMENT });
  const lock = (on: Pick<Database, 'select'>, seconds: number): Promise<unknown[]> =>
    on.select('SELECT GET_LOCK(?, ?) AS locked', ['cut-off', seconds]);
  const lost = short.transaction(async (tx) => {
    expect(await lock(tx, 0)).toEqual([{ locked: 1 }]);
    proxy.cut();
    await one(tx);
  });
  await expect(lost).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(await db.withConnection((connection) => lock(connection, 30))).toEqual([{ locked: 1 }]);
  await short.close();
});

test('a connection that has asked nothing for half of what the server waits is not used again', async () => {
  const short = new Database(proxy.url, { idleMs: 2 * STATEMENT });
  const id = async (): Promise<unknown> => (await short.select('SELECT CONNECTION_ID() AS id'))[0];
  const before = await id();
  await db.withConnection((connection) => connection.select('SELECT SLEEP(1.1)'));
  expect(await id()).not.toEqual(before);
  await short.close();
});

test('what waits for a connection is told so where all are busy for too long, and takes none with it', async () => {
  const busy = new Database({ uri: proxy.url, connectionLimit: 1 }, { statementMs: 10_000, connectionMs: 200 });
  let answer: Promise<unknown> | undefined;
  await busy.transaction(async (tx) => {
    await one(tx);
    answer = one(busy);
    await expect(answer).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining('come free') as string,
    });
  });
  expect(await one(busy)).toEqual([{ one: 1 }]);
  await busy.close();
});

test('what is connected for as long as it likes may wait longer than a statement of a transaction', async () => {
  const waited = db.withConnection((connection) => connection.select('SELECT SLEEP(1.5) AS slept'));
  expect(await waited).toEqual([{ slept: 0 }]);
});

test('closing ends with a silent server too', async () => {
  await fill();
  const asked = db.transaction(async (tx) => {
    await one(tx);
    proxy.cut();
    const answer = one(tx);
    await Promise.all([answer, db.close()]);
  });
  await expect(asked).rejects.toMatchObject({ code: 'UNAVAILABLE' });
});
