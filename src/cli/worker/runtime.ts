// The SDK's runtime for `dlc`: warnings to stderr, and signals left to us, since we stop what we started in our own order.

import { DefaultLogger, Runtime } from '@temporalio/worker';
import { cell } from '../format';
import { tell } from '../output';
import { logLine } from './log';

let installed = false;

export function installRuntime(): Runtime {
  if (!installed) {
    Runtime.install({
      logger: new DefaultLogger('WARN', (entry) => {
        const line = logLine(entry);
        if (line !== undefined) tell(cell(line));
      }),
      telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
      shutdownSignals: [],
    });
  }
  installed = true;
  return Runtime.instance();
}
