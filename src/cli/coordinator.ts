// The client for one command: connected when the command runs (loading it takes most of a command's time), closed after it.

import type { ConnectOptions } from '../client/connect';
import type { ZoneDataFlowCoordinator } from '../client/coordinator';
import { UnavailableError } from '../domain/errors';
import { mysqlUrl } from '../domain/settings';
import { tell } from './output';

type Work<T> = (coordinator: ZoneDataFlowCoordinator) => Promise<T>;

/** A person waits: the library would try for half a minute, in case the server is just restarting. */
const CONNECT_TIMEOUT = '5 seconds';

/** For what reads and registers: that needs MySQL only. */
export async function withCoordinator<T>(work: Work<T>, options: ConnectOptions = {}): Promise<T> {
  const client = await import('../client/coordinator.js');
  const coordinator = await client.ZoneDataFlowCoordinator.connect({ ...options, warn: tell });
  try {
    return await work(coordinator);
  } finally {
    await coordinator.close();
  }
}

/** For what goes through Temporal. @throws UnavailableError soon, where Temporal isn't there. */
export async function withTemporal<T>(work: Work<T>): Promise<T> {
  // What isn't set is told at once, before anything that isn't there is waited for.
  mysqlUrl(process.env);
  const [{ Client, Connection, ServiceError }, { temporalSettings }, { toDlcError }] = await Promise.all([
    import('@temporalio/client'),
    import('../client/temporal-settings.js'),
    import('../client/temporal-errors.js'),
  ]);
  const { connectionOptions, namespace } = temporalSettings(process.env);
  const address = connectionOptions.address ?? 'localhost:7233';
  const connection = await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_TIMEOUT }).catch(
    (error: unknown) => {
      if (error instanceof ServiceError) throw toDlcError(error, `connecting to ${address}`);
      const message = `Temporal at ${address} didn't answer within ${CONNECT_TIMEOUT}. Check TEMPORAL_ADDRESS and the server.`;
      throw new UnavailableError(message, {}, { cause: error });
    },
  );
  try {
    return await withCoordinator(work, { temporal: new Client({ connection, namespace }) });
  } finally {
    await connection.close();
  }
}
