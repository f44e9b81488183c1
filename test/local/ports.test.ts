import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { choosePort } from '../../src/local/ports';
import { retryOnStolenPort } from '../../src/local/stolen-port';

test('a port that is asked for and taken is an error that names it', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await expect(choosePort(port, 'MySQL')).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(`MySQL: port ${port}`),
  });
  server.close();
  await once(server, 'close');
  await expect(choosePort(port, 'MySQL')).resolves.toBe(port);
});

test('without a wish, every server gets a port of its own', async () => {
  const ports = await Promise.all(Array.from({ length: 20 }, () => choosePort(undefined, 'MySQL')));
  expect(new Set(ports).size).toBe(20);
});

test('what is no port is refused', async () => {
  await expect(choosePort(70_000, 'MySQL')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
});

describe('a port that another program took between the choice and the bind', () => {
  const told: string[] = [];
  const log = (line: string): void => void told.push(line);
  const failing = (starts: string[]) => async () => {
    starts.push('start');
    if (starts.length < 3) throw new Error('listen tcp 127.0.0.1:34567: bind: address already in use');
    return Promise.resolve('started');
  };
  beforeEach(() => told.splice(0));

  test('is chosen anew', async () => {
    await expect(retryOnStolenPort({ log, asked: [0, undefined] }, failing([]))).resolves.toBe('started');
    expect(told).toHaveLength(2);
  });

  test('is an error at once if it was asked for', async () => {
    const starts: string[] = [];
    await expect(retryOnStolenPort({ log, asked: [undefined, 34_567] }, failing(starts))).rejects.toThrow('34567');
    expect([starts, told]).toEqual([['start'], []]);
  });
});
