// What the SDK's worker throws, as the errors that our users meet.

import { DlcError, UnavailableError } from '../../domain/errors';

interface Target {
  readonly connection: { readonly address?: string };
  readonly namespace: string;
}

/** For `.catch()`: throws what happened as one of ours; a bug stays what it is. */
export function workerError({ connection, namespace }: Target): (error: unknown) => never {
  const where = `Temporal at ${connection.address ?? 'localhost:7233'}, namespace ${namespace}`;
  return (error) => {
    if (error instanceof DlcError || !(error instanceof Error) || error.name !== 'TransportError') throw error;
    const [reason] = error.message.split(': Status {');
    throw new UnavailableError(
      `${where}: ${reason}. Check TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE and the server.`,
      {},
      {
        cause: error,
      },
    );
  };
}
