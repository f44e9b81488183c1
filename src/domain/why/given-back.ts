// What lies ready in a slot without a run: what failed runs gave back starts nothing by itself, anything else is woken for.

import type { WhyCause, WhyFacts } from './types';
import { explainWakeUp } from './wake-up';
import { NAMED, runs } from './words';

/** Of an `auto` slot whose rule is met. */
export function unconsumed(facts: WhyFacts): string {
  const left = facts.causes.filter(({ cause }) => cause !== 'release');
  if (left.length > 0) return [`${explainWakeUp(facts)}.`, ...givenBack(facts)].join(' ');
  return `they are what ${failed(facts.causes)}. That starts nothing by itself: the next source run that finishes does, or somebody.`;
}

/** Where not all that is ready comes from its source's own end. */
export function givenBack({ causes }: WhyFacts): string[] {
  const told = (cause: WhyCause['cause'], what: (of: readonly WhyCause[]) => string): string[] => {
    const of = causes.filter((each) => each.cause === cause);
    const count = of.reduce((sum, each) => sum + each.count, 0);
    return count === 0 ? [] : [`${runs(count)} ${count === 1 ? 'is' : 'are'} what ${what(of)}.`];
  };
  return [...told('release', failed), ...told('clear', (of) => `${named(of)} had claimed when it was cleared`)];
}

const failed = (of: readonly WhyCause[]): string => `${named(of)} gave back when it failed`;

function named(of: readonly WhyCause[]): string {
  const ids = [...new Set(of.map(({ rerunOf }) => (rerunOf === null ? 'a run' : `run ${rerunOf}`)))];
  const more = ids.length > NAMED ? ` and ${String(ids.length - NAMED)} more` : '';
  return `${ids.slice(0, NAMED).join(', ')}${more}`;
}
