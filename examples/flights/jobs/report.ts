// What the jobs here report: how many records they wrote, and whatever a person may want to look up later.

import type { JsonObject } from '../../../src';

export interface Report {
  readonly recordCount: number;
  readonly metadata: JsonObject & { readonly file: string };
}
