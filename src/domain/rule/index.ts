// Rules: when a target may start, and what it then claims.

export { DEPENDENCY_CHECKS, startRule } from './types';
export type {
  Decision,
  DependencyCheck,
  Explanation,
  ExplanationLeaf,
  LeftOut,
  NewestAge,
  RuleNode,
  RuleRow,
  RuleSource,
  SourceCondition,
  StartRule,
} from './types';
export { bestCase, evaluateRule, isWaitedFor } from './evaluate';
export { abridge, countLeaves, leavesOf, MAX_LEAVES_INLINE } from './abridge';
export { dependencyNotReady, explain, hasReady, isWaitingFor, missingSources, showRule } from './explain';
export { checkRegistered, namedIn } from './named';
export { asksForAge, checkSize, checkSourceIds, checkSourceRunIds, checkSources, parseRule } from './parse';
export { ruleOr } from './schema';
export type { RuleInput } from './parse';
