import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { choosePort } from '../../src/local/ports';

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
