// A rule as a field of a request.

import { z } from 'zod';
import { DlcError } from '../errors';
import { parseRule } from './parse';
import type { RuleInput } from './parse';
import type { RuleNode } from './types';

/** One of `words`, or a nested rule. */
export const ruleOr = <const Words extends readonly string[]>(field: string, words: Words) =>
  z.custom<Words[number] | Exclude<RuleInput, string>>().transform((value, context): Words[number] | RuleNode => {
    if (typeof value === 'string') {
      if (words.includes(value)) return value;
      context.addIssue({ code: 'custom', message: `${field} must be one of ${words.join(', ')}, or a nested rule.` });
      return z.NEVER;
    }
    try {
      return parseRule(value, field);
    } catch (error) {
      if (!(error instanceof DlcError)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
      return z.NEVER;
    }
  });
