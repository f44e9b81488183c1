// Where Temporal is, as TEMPORAL_* and its profiles say.

import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { ClientConnectConfig } from '@temporalio/envconfig';
import { InvalidArgumentError } from '../domain/errors';
import type { Environment } from '../domain/settings';

export interface TemporalSettings {
  readonly connectionOptions: ClientConnectConfig['connectionOptions'];
  readonly namespace: string;
}

/** @throws InvalidArgumentError for a profile that isn't there, and for a file that can't be read. */
export function temporalSettings(environment: Environment): TemporalSettings {
  const overrideEnvVars = Object.fromEntries(
    Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
  try {
    const { connectionOptions, namespace } = loadClientConnectConfig({ overrideEnvVars });
    return { connectionOptions, namespace: namespace ?? 'default' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArgumentError(
      `Temporal's settings (TEMPORAL_*) can't be used: ${reason}. Correct them, or leave them out.`,
      {},
      { cause: error },
    );
  }
}
