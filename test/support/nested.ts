// JSON of any depth.

/** Its text, as an object in an object: no recursion could write it. One level is `{"in":null}`. */
export const nestedJson = (levels: number): string => `${'{"in":'.repeat(levels)}null${'}'.repeat(levels)}`;

export const nested = (levels: number): object => JSON.parse(nestedJson(levels)) as object;
