// One real Temporal server and one real database server for the whole test run, and the workflow bundle that the tests'
// workers share. Their addresses reach the tests through the environment.

import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleWorkflowCode } from '@temporalio/worker';
import { startMysql, startTemporal } from '../../src/local';
import { LineagePlugin } from '../../src/worker/plugin';
import { servers } from './servers';

export default async function globalSetup(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'dlc-test-'));
  const lines: string[] = [];
  const log = (line: string): void => void lines.push(line);
  const prefer = process.env['DLC_TEST_DATABASE'];
  try {
    const [mysql, temporal, bundle] = await Promise.all([
      startMysql({
        dataDir: join(directory, 'mysql'),
        fast: true,
        log,
        ...(prefer === 'mysql' || prefer === 'mariadb' ? { prefer } : {}),
      }),
      startTemporal({
        ui: false,
        searchAttributes: { DlcDataflow: 'Keyword', DlcPartition: 'Keyword' },
        // By default a server refuses to pause an execution.
        dynamicConfig: { 'frontend.WorkflowPauseEnabled': 'true' },
        log,
      }),
      bundleWorkflowCode({
        workflowsPath: require.resolve('./workflows'),
        plugins: [new LineagePlugin({ mysql: 'mysql://unused' })],
        logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error: console.error },
      }),
    ]);
    if (prefer && mysql.flavor !== prefer)
      throw new Error(`The tests were to run on ${prefer}, but found ${mysql.flavor}.`);
    const bundlePath = join(directory, 'workflow-bundle.js');
    await writeFile(bundlePath, bundle.code);
    servers.set({ mysql, temporal, directory });
    process.env['DLC_TEST_MYSQL_URL'] = mysql.url;
    process.env['DLC_TEST_TEMPORAL_ADDRESS'] = temporal.address;
    process.env['DLC_TEST_TEMPORAL_HTTP_URL'] = temporal.httpUrl;
    process.env['DLC_TEST_BUNDLE'] = bundlePath;
    console.log(`\nTests run on ${mysql.flavor} ${mysql.version} and Temporal at ${temporal.address}.`);
  } catch (error) {
    console.error(lines.join('\n'));
    throw error;
  }
}
