// `dlc export`: what is registered, as a file that `dlc apply` changes nothing with. `dlc schema`: what such a file may hold.

import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { declarationJsonSchema } from '../../domain/declaration/json-schema';
import type { Declaration } from '../../domain/declaration/schema';
import { InvalidArgumentError, UnavailableError } from '../../domain/errors';
import { withCoordinator, withTemporal } from '../coordinator';
import { count } from '../format';
import { JSON_OPTION } from '../options';
import { print } from '../output';
import type { OutputOptions } from '../output';

interface Options extends OutputOptions {
  readonly zone?: string;
  readonly output?: string;
  readonly schedules: boolean;
}

export function addExportCommands(program: Command): void {
  program
    .command('export')
    .description('write what is registered as dlc.yaml; retired dataflows are left out')
    .option('--zone <zone>', 'of this zone only')
    .option('--no-schedules', 'without the schedules, which Temporal keeps: then MySQL is enough')
    .option('-o, --output <file>', 'into this file, instead of stdout')
    .option(...JSON_OPTION)
    .action(exportDeclaration);
  program
    .command('schema')
    .description('print the JSON Schema of dlc.yaml, which the package also holds (dist/dlc.schema.json)')
    .option(...JSON_OPTION)
    .action((options: OutputOptions) => {
      const schema = declarationJsonSchema();
      print(options, schema, JSON.stringify(schema, null, 2));
    });
}

async function exportDeclaration({ zone, output, schedules, ...options }: Options): Promise<void> {
  const [declaration, { writeDeclaration }] = await Promise.all([
    schedules ? whole(zone) : withCoordinator((coordinator) => coordinator.export({ zone, schedules })),
    import('../../yaml/write.js'),
  ]);
  const text = writeDeclaration(declaration);
  if (output === undefined) {
    print(options, declaration, text.trimEnd());
    return;
  }
  write(output, text);
  const dataflows = numberOf(declaration);
  print(options, { file: output, dataflows }, `Wrote ${count(dataflows, 'dataflow')} to ${output}.`);
}

/** @throws UnavailableError that says how to do without Temporal, where that is what isn't there. */
async function whole(zone: string | undefined): Promise<Declaration> {
  try {
    return await withTemporal((coordinator) => coordinator.export({ zone }));
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    // Where MySQL is there, it is Temporal that isn't.
    await withCoordinator((coordinator) => coordinator.export({ zone, schedules: false }));
    const message = `${error.message} Only the schedules are kept there: --no-schedules writes the rest.`;
    throw new UnavailableError(message, error.details, { cause: error });
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new InvalidArgumentError(`${file} can't be written: ${(error as Error).message}.`, { field: 'output', file });
  }
}

const numberOf = ({ dataflows }: Declaration): number => Object.keys(dataflows).length;
