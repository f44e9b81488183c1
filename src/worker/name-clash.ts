// A webpack plugin: a user's workflow with the name of one of ours stops the bundling, instead of hiding one of the two.

import type { BundleOptions } from '@temporalio/worker';
import { InvalidArgumentError } from '../domain/errors';
import {
  DATAFLOW_BACKFILL,
  DATAFLOW_OPERATION,
  DATAFLOW_REPLAY,
  DATAFLOW_RUN,
  HEALING,
  HOUSEKEEPER,
} from '../domain/messages';

type Configuration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type Plugin = Extract<NonNullable<Configuration['plugins']>[number], (...args: never[]) => unknown>;
type Compiler = Parameters<Plugin>[0];

const OURS = [DATAFLOW_RUN, DATAFLOW_BACKFILL, DATAFLOW_OPERATION, DATAFLOW_REPLAY, HOUSEKEEPER, HEALING];

/** `ownDirectory`: passing one of ours on (`export { dataflowRun } from 'datalake-lineage/workflow'`) is no clash. */
export function nameClashPlugin(userWorkflows: string, ownDirectory: string): Plugin {
  return (compiler: Compiler) => {
    compiler.hooks.compilation.tap('datalake-lineage', (compilation) => {
      // After webpack's own tap, which finds out what each module exports.
      compilation.hooks.finishModules.tap({ name: 'datalake-lineage', stage: 1000 }, (modules) => {
        const { moduleGraph } = compilation;
        const connections = [...modules].flatMap((module) => [...moduleGraph.getOutgoingConnections(module)]);
        const user = connections.find(({ dependency }) => requestOf(dependency) === userWorkflows)?.module;
        if (!user) return;
        const clashes = OURS.filter((name) => {
          const info = moduleGraph.getReadOnlyExportInfo(user, name);
          const from = info.getTarget(moduleGraph)?.module ?? user;
          return info.provided === true && !from.nameForCondition()?.startsWith(ownDirectory);
        });
        if (clashes.length > 0) throw clash(clashes);
      });
    });
  };
}

function requestOf(dependency: unknown): unknown {
  return (dependency as { request?: unknown } | null)?.request;
}

function clash(names: readonly string[]): InvalidArgumentError {
  return new InvalidArgumentError(
    `Your workflows export ${names.join(', ')}, which is the name of a workflow of datalake-lineage. Rename yours.`,
    { field: 'workflowsPath', names },
  );
}
