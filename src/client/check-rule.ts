// Refuses a rule of runs to come that names what is no source of their dataflow.

import type { Dataflow } from '../domain/model';
import { checkSources } from '../domain/rule';
import type { RuleNode } from '../domain/rule';
import { relationsOfTarget } from '../store';
import type { Context } from './context';

/** Suspended relations count: by then they may be resumed. @throws InvalidArgumentError */
export async function checkRule({ db }: Context, { id }: Dataflow, rule: RuleNode | string | null): Promise<void> {
  if (typeof rule === 'string' || rule === null) return;
  checkSources(rule, await relationsOfTarget(db, id), 'dependencyCheck');
}
