// `dlc operations`: what people did, with who and why.

import type { Command } from 'commander';
import type { ZoneDataFlowCoordinator } from '../client/coordinator';
import type { OperationRecord } from '../store';
import { withCoordinator } from './coordinator';
import { table } from './format';
import { JSON_OPTION, positiveInteger } from './options';
import { print, tell } from './output';
import type { OutputOptions } from './output';

interface Options extends OutputOptions {
  readonly limit?: number;
}

export function addOperationsCommand(program: Command): void {
  program
    .command('operations')
    .description('what people did to dataflows, relations, zones and runs, newest first')
    .argument('[subject]', 'a key or id, "SOURCE -> TARGET", a zone, or a run id')
    .option('--limit <number>', 'this many at most (default: 100)', positiveInteger)
    .option(...JSON_OPTION)
    .action(async (subject: string | undefined, options: Options) => {
      const all = await withCoordinator((coordinator) => operationsOf(coordinator, subject, options.limit));
      const rows = all.map(({ at, kind, subject: of, by, reason, operationId }) => [
        at,
        kind,
        of,
        by,
        reason,
        operationId,
      ]);
      if (all.length === 0 && subject !== undefined && !options.json) {
        tell(
          `No operations are recorded for ${subject}. A subject is a dataflow's key or id, "SOURCE -> TARGET", a zone, or a run's id.`,
        );
      }
      print(options, all, table(['at', 'operation', 'subject', 'by', 'reason', 'id'], rows));
    });
}

/** A name that is no key may be a zone's; an id is a dataflow's. */
async function operationsOf(
  coordinator: ZoneDataFlowCoordinator,
  name: string | undefined,
  limit: number | undefined,
): Promise<OperationRecord[]> {
  const list = (subject?: string): Promise<OperationRecord[]> =>
    coordinator.operations.list({ subject, limit, internal: false });
  if (name === undefined) return list();
  const found = await list(/^\d+$/.test(name) ? (await coordinator.getDataflow(name)).key : name);
  return found.length > 0 || name.includes(':') ? found : list(`zone ${name}`);
}
