// `dlc operations`: what people did, with who and why.

import type { Command } from 'commander';
import { withCoordinator } from './coordinator';
import { table } from './format';
import { JSON_OPTION, positiveInteger } from './options';
import { print } from './output';
import type { OutputOptions } from './output';

interface Options extends OutputOptions {
  readonly limit?: number;
}

export function addOperationsCommand(program: Command): void {
  program
    .command('operations')
    .description('what people did to dataflows, relations, zones and runs, newest first')
    .argument('[subject]', 'a key, "SOURCE → TARGET", "zone ZONE" or a run id')
    .option('--limit <number>', 'this many at most (default: 100)', positiveInteger)
    .option(...JSON_OPTION)
    .action(async (subject: string | undefined, options: Options) => {
      const { limit } = options;
      const all = await withCoordinator(({ operations }) =>
        operations.list({ ...(subject !== undefined && { subject }), ...(limit !== undefined && { limit }) }),
      );
      const rows = all.map(({ at, kind, subject: of, by, reason }) => [at, kind, of, by, reason]);
      print(options, all, table(['at', 'operation', 'subject', 'by', 'reason'], rows));
    });
}
