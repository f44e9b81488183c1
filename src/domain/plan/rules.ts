// Rules that name what is no source of their dataflow: it would be waited for in vain. One that is registered already may have lost its
// source since, which a declaration that says the same is no reason to refuse.

import { collect } from '../declaration/problems';
import type { DeclarationProblem } from '../declaration/problems';
import type { DeclaredDataflow } from '../declaration/read';
import type { Dataflow } from '../model';
import { checkSources, namedIn } from '../rule';
import type { RuleNode } from '../rule';
import { isSameRule } from './fields';
import type { Rule } from './fields';
import type { Registered } from './registered';
import { specOf } from './schedules';

/** Of its trigger, and of its schedules. */
export function ruleProblems(
  declared: DeclaredDataflow,
  before: Dataflow | undefined,
  { relations, schedules }: Registered,
): DeclarationProblem[] {
  const { key, options, path } = declared;
  const own: Named[] = [
    { rule: options.trigger.when, before: before?.trigger.when, path: [...path, 'trigger', 'when'] },
  ];
  const registered = new Map(schedules?.get(key)?.map(({ name, spec }) => [name, specOf(spec)?.dependencyCheck]));
  const scheduled = (declared.schedules ?? []).map(({ name, spec, path: at }): Named => {
    return { rule: spec.dependencyCheck, before: registered.get(name), path: [...at, 'dependencyCheck'] };
  });
  const nested = [...own, ...scheduled].filter(({ rule }) => typeof rule === 'object' && rule !== null);
  if (nested.length === 0) return [];
  const related = relations.filter(({ targetKey }) => targetKey === key).map(({ sourceKey }) => sourceKey);
  return nested.flatMap((named) => strangers(named as Nested, declared, new Set(related)));
}

interface Named {
  readonly rule: Rule | null;
  /** As it is registered. */
  readonly before: Rule | null | undefined;
  readonly path: readonly string[];
}

type Nested = Named & { readonly rule: RuleNode };

function strangers(
  { rule, before, path }: Nested,
  { sources }: DeclaredDataflow,
  related: ReadonlySet<string>,
): DeclarationProblem[] {
  const stays = isSameRule(rule, before);
  if (!sources) {
    const problems: DeclarationProblem[] = [];
    const known = [...related].map((sourceKey) => ({ sourceKey }));
    if (!stays) collect(problems, path, () => checkSources(rule, known, path.join('.')));
    return problems;
  }
  const declared = new Set(sources.map(({ key }) => key));
  return namedIn(rule, path)
    .filter(({ source }) => !declared.has(source) && (related.has(source) || !stays))
    .map(({ source, at }) => ({
      path: at,
      message: `The rule names ${source}, which is no source of it. Add it to sources, or leave it out.`,
    }));
}
