// The original data, as npm brought it: flight records of the U.S. Bureau of Transportation Statistics, and airports.

import { dirname, join } from 'node:path';

const data = join(dirname(require.resolve('vega-datasets')), '..', 'data');

/** 3,000,000 flights of January to June 2001: date (of departure), delay (on arrival, minutes), distance, origin, destination. */
export const FLIGHTS = join(data, 'flights-3m.parquet');

/** Airports of the United States: iata, name, city, state, country, latitude, longitude. */
export const AIRPORTS = join(data, 'airports.csv');
