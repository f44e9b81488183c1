// What a target's sources can feed: a run in a slot that none of them ever feeds would wait for what can't come.

import { InvalidArgumentError } from './errors';
import { mayProduce, producedForm } from './partition';
import { evaluateRule, leavesOf } from './rule';
import type { LeftOut, RuleSource, StartRule } from './rule';
import type { Deadline } from './start';

/** Sources that a refusal names. */
const NAMED = 3;

/** A run that is to open, of a dataflow that runs per partition. */
export interface ToOpen {
  /** The dataflow's key. */
  readonly target: string;
  readonly slot: string;
  readonly rule: StartRule;
  readonly deadline: Deadline | null;
}

/**
 * `sources`: the active ones. Only what is sure is refused: a rule that asks for nothing is met, a source that is suspended, or that the
 * rule names and that is no source yet, may feed the slot one day, and a deadline may start the run without any.
 * @throws InvalidArgumentError naming `field`, where no source can feed the slot, and the run would wait for one.
 */
export function checkFed(
  { target, slot, rule, deadline }: ToOpen,
  sources: readonly RuleSource[],
  leftOut: LeftOut,
  field: string,
): void {
  if (sources.length === 0 || sources.some(({ partition }) => mayProduce(partition, slot))) return;
  if (deadline?.action === 'start' || [...leftOut.values()].includes('suspended')) return;
  const { satisfied, explanation } = evaluateRule(rule, sources, [], new Map(), leftOut);
  if (satisfied || leavesOf(explanation).some(({ unrelated }) => unrelated)) return;
  const named = sources
    .slice(0, NAMED)
    .map(({ sourceKey, partition }) => `${sourceKey} (${partition}), which feeds ${producedForm(partition)}`);
  const more = sources.length > NAMED ? `; and ${String(sources.length - NAMED)} more` : '';
  throw new InvalidArgumentError(
    `No source of ${target} can ever feed ${slot}: ${named.join('; ')}${more}. Give a ${field} that a source feeds, associate one by another mapping, or start it with dependencyCheck: 'ignore'.`,
    { field, target, slot },
  );
}
