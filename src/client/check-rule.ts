// Refuses a rule of runs to come that names what is no source of their dataflow, or can never be one.

import type { Dataflow } from '../domain/model';
import { checkRegistered, checkSources, namedIn } from '../domain/rule';
import type { RuleNode } from '../domain/rule';
import { relationsOfTarget, statusesOf } from '../store';
import type { Context } from './context';

/** Suspended relations count: by then they may be resumed. @throws InvalidArgumentError */
export async function checkRule({ db }: Context, { id }: Dataflow, rule: RuleNode | string | null): Promise<void> {
  if (typeof rule === 'string' || rule === null) return;
  checkSources(rule, await relationsOfTarget(db, id), 'dependencyCheck');
}

/**
 * The rule of a dataflow that is to be registered: what it names may be related to it later, if there is such a dataflow.
 * @throws InvalidArgumentError
 */
export async function checkNamed({ db }: Context, key: string, rule: RuleNode | string): Promise<void> {
  if (typeof rule === 'string') return;
  const sources = namedIn(rule, []).map(({ source }) => source);
  const statuses = await statusesOf(db, [...new Set([key, ...sources])]);
  // It is registered already, with the rule that it has: another answer is due.
  if (!statuses.has(key)) checkRegistered(rule, statuses, 'trigger.when');
}
