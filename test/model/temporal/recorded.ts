// What of a workflow task is kept in the history, and in which order a workflow is told things.

import type { Activation, Command, Job } from './types';

/** Signals and updates before all others, as Core orders them. */
export function inOrder(jobs: readonly Job[]): Job[] {
  const rank = (job: Job): number => (job.initializeWorkflow ? 0 : job.signalWorkflow || job.doUpdate ? 1 : 2);
  return jobs.filter((job) => Object.keys(job).length > 0).sort((a, b) => rank(a) - rank(b));
}

/** Without the updates that their validators rejected; the others aren't validated again in a replay. */
export function recorded(activation: Activation): Activation {
  const accepted = new Set(
    activation.commands.flatMap(({ updateResponse: r }) => (r?.accepted ? r.protocolInstanceId : [])),
  );
  const rejected = new Set(
    activation.jobs.flatMap(({ doUpdate }) => (doUpdate && !accepted.has(doUpdate.id) ? doUpdate.id : [])),
  );
  return {
    ...activation,
    jobs: activation.jobs
      .filter(({ doUpdate }) => !doUpdate || !rejected.has(doUpdate.id))
      .map((job) => (job.doUpdate ? { doUpdate: { ...job.doUpdate, runValidator: false } } : job)),
    commands: activation.commands.filter(({ updateResponse: r }) => !r || !rejected.has(r.protocolInstanceId)),
  };
}

/** Local activities that a history schedules, and whose results it doesn't hold. */
export function openLocalActivities(history: readonly Activation[]): Command[] {
  const done = new Set(history.flatMap(({ jobs }) => jobs.map(({ resolveActivity }) => resolveActivity?.seq)));
  return history
    .flatMap(({ commands }) => commands)
    .filter(({ scheduleLocalActivity: local }) => local && !done.has(local.seq));
}
