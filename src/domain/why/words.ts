// What the paragraphs are made of.

import type { WhyOperation } from './types';

/** Sources, or runs, that the paragraph names. */
export const NAMED = 6;

export const at = (date: Date): string => `${date.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
export const runs = (count: number): string => `${count.toLocaleString('en-US')} source run${count === 1 ? '' : 's'}`;
export const rows = (count: number): string => `${count.toLocaleString('en-US')} row${count === 1 ? '' : 's'}`;

/** ` by ann (because)` */
export const byWhom = ({ by, reason }: Pick<WhyOperation, 'by' | 'reason'>): string =>
  ` by ${by}${reason === null ? '' : ` (${reason})`}`;
