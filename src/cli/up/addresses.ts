// Where everything is, for programs and for people.

import { resolve } from 'node:path';
import { DEFAULT_TASK_QUEUE } from '../../domain/settings';
import { facts } from '../format';

/** The one line of `dlc up --json`. */
export interface Addresses {
  readonly temporalAddress: string;
  /** Null where a server that was there before doesn't tell; so with the UI. */
  readonly temporalHttpUrl: string | null;
  readonly namespace: string;
  readonly temporalUiUrl: string | null;
  readonly mysqlUrl: string;
  readonly taskQueue: string;
  readonly httpUrl: string | null;
}

/** How whoever started this can start it again. */
const DLC = process.env['npm_command'] === 'exec' ? 'npx dlc' : 'dlc';

export function describe(
  addresses: Addresses,
  { data, worker }: { data: string | undefined; worker: boolean },
): string {
  const { temporalAddress, temporalHttpUrl, namespace, temporalUiUrl, mysqlUrl, taskQueue } = addresses;
  const table = facts({
    Temporal: `${temporalAddress} (namespace ${namespace})`,
    'Temporal UI': temporalUiUrl,
    'Temporal HTTP': temporalHttpUrl,
    MySQL: mysqlUrl,
    'Task queue': `${taskQueue} (${worker ? 'a worker polls it' : `no worker: start one with ${DLC} worker`})`,
    Data: data === undefined ? 'in a temporary folder, gone at the end' : resolve(data),
  });
  return `Everything runs. Ctrl-C stops it.

${indent(table)}

In another shell:

${indent(exportLines(addresses))}

What to try next:

  ${DLC} dataflow create rz orders
  ${DLC} dataflow create sz orders
  ${DLC} relation create rz:orders sz:orders
  ${DLC} run start rz:orders
  ${DLC} run finish RUN_ID --status success --record-count 103
  ${DLC} run start sz:orders
`;
}

function exportLines({ mysqlUrl, temporalAddress, namespace, taskQueue }: Addresses): string {
  const lines = [`export DLC_MYSQL_URL='${mysqlUrl}'`, `export TEMPORAL_ADDRESS='${temporalAddress}'`];
  if (namespace !== 'default') lines.push(`export TEMPORAL_NAMESPACE='${namespace}'`);
  if (taskQueue !== DEFAULT_TASK_QUEUE) lines.push(`export DLC_TASK_QUEUE='${taskQueue}'`);
  return lines.join('\n');
}

const indent = (text: string): string => text.replaceAll(/^/gm, '  ');
