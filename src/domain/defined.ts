/** Without the fields that are undefined, which are as good as not there; null is something. */
export const definedOf = <T extends object>(value: T): Partial<T> =>
  Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined)) as Partial<T>;
