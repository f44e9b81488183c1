// Times as people read them, everywhere the same: in UTC, to the second.

/** `2019-01-01 06:00:00 UTC`; of a date, or of its ISO 8601 form. */
export function showTime(value: Date | string): string {
  const iso = typeof value === 'string' ? value : value.toISOString();
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}
