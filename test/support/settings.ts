// What the set-up tells the tests.

export function setting(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} isn't set: run the tests with npm test.`);
  return value;
}
