// What a worker runs: our workflows, and where given its user's workflows and activities.

import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import type { WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { DlcError, InvalidArgumentError } from '../../domain/errors';
import { ENTRY } from '../../worker/bundler';
import { LineagePlugin } from '../../worker/plugin';
import { installRuntime } from './runtime';

/** Our workflows, with those of `path` (a module or a folder). @throws InvalidArgumentError when they can't be bundled. */
export async function bundleWorkflows(path?: string): Promise<WorkflowBundleWithSourceMap> {
  const { logger } = installRuntime();
  const bundle = (workflowsPath: string): Promise<WorkflowBundleWithSourceMap> =>
    bundleWorkflowCode({ workflowsPath, plugins: [new LineagePlugin()], logger });
  return path === undefined ? bundle(ENTRY) : bundle(modulePath(path, 'workflows')).catch(unusable(path, 'workflows'));
}

/** The functions that a module exports. @throws InvalidArgumentError when it can't be loaded. */
export async function loadActivities(path: string): Promise<object> {
  const { href } = pathToFileURL(modulePath(path, 'activities'));
  const exported = await (import(href) as Promise<Record<string, unknown>>).catch(unusable(path, 'activities'));
  return Object.fromEntries(Object.entries(exported).filter(([, value]) => typeof value === 'function'));
}

function modulePath(path: string, field: string): string {
  try {
    return require.resolve(resolve(path));
  } catch (error) {
    return unusable(path, field)(error);
  }
}

function unusable(path: string, field: string): (error: unknown) => never {
  return (error) => {
    if (error instanceof DlcError) throw error;
    const [reason = ''] = String(error instanceof Error ? error.message : error).split('\nRequire stack');
    throw new InvalidArgumentError(`The ${field} in ${path} can't be loaded: ${reason}`, { field }, { cause: error });
  };
}
