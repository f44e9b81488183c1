// Adds our workflows to the user's bundle. `SimplePlugin.workflowsPath` would replace theirs, so the entry becomes a module
// of ours that requires theirs through a webpack alias.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BundleOptions, WorkflowBundleOption } from '@temporalio/worker';
import { InvalidArgumentError } from '../domain/errors';
import { nameClashPlugin } from './name-clash';

export const USER_WORKFLOWS = 'datalake-lineage-user-workflows';

/** Beside this file, whether that is source or compiled. */
export const ENTRY = require.resolve('./workflow-entry.js');

/** Name of an export that only our entry has. */
const MARKER = '__lineageBundle';

/** The SDK writes them as an object. */
type Aliases = Record<string, string | false | string[]>;

/** Bundles our workflows with those of `options.workflowsPath` (a file, a folder, or our own entry where there are none). */
export function withLineageWorkflows(options: BundleOptions): BundleOptions {
  const { workflowsPath, webpackConfigHook } = options;
  // Where the plugin is given twice, the second one finds our entry; the first one's hook, called last, names the user's.
  const userPath = workflowsPath === ENTRY ? false : workflowsPath;
  return {
    ...options,
    workflowsPath: ENTRY,
    webpackConfigHook: (config) => {
      const alias: Aliases = { ...(config.resolve?.alias as Aliases), [`${USER_WORKFLOWS}$`]: userPath };
      const own = {
        ...config,
        resolve: { ...config.resolve, alias },
        plugins: [...(config.plugins ?? []), nameClashPlugin(USER_WORKFLOWS, join(dirname(ENTRY), '..'))],
      };
      return webpackConfigHook ? webpackConfigHook(own) : own;
    },
  };
}

/** @throws InvalidArgumentError when a prebuilt bundle lacks our workflows. */
export function checkBundle(bundle: WorkflowBundleOption): void {
  const code = 'code' in bundle ? bundle.code : readFileSync(bundle.codePath, 'utf8');
  if (code.includes(MARKER)) return;
  throw new InvalidArgumentError(
    'The workflow bundle lacks the lineage workflows. Build it with bundleWorkflowCode({ …, plugins: [new LineagePlugin(…)] }).',
    { field: 'workflowBundle' },
  );
}
