// The partitions of this lake: one a month, from January to June 2001.

export const MONTHS = ['2001-01', '2001-02', '2001-03', '2001-04', '2001-05', '2001-06'] as const;

/** `2001-01` */
export type Month = string;

export const partitionOf = (month: Month): string => `month=${month}`;

export function monthOf(partitionKey: string | null): Month {
  const month = /^month=(\d{4}-\d{2})$/.exec(partitionKey ?? '')?.[1];
  if (month === undefined) throw new Error(`${String(partitionKey)} isn't a month such as month=2001-01.`);
  return month;
}

/**
 * SQL that says which month a flight belongs to by its time of departure. The Bureau writes midnight as 24:00 of the day
 * that ends, which these records hold as 00:00 of the next day: the first minute of a month belongs to the month before.
 */
export const departedIn = (month: Month): string =>
  `date > DATE '${month}-01' AND date <= DATE '${month}-01' + INTERVAL 1 MONTH`;
