// What DLC_MYSQL_URL may be: a slip in it is told before anything connects, and without the password.

import { mysqlUrl } from '../../src/domain/settings';

const refusal = (url: string): unknown => {
  try {
    return mysqlUrl({ DLC_MYSQL_URL: url });
  } catch (error) {
    return error;
  }
};

test.each([
  'mysql://u:p@h:3306/db',
  'mariadb://u@h/db',
  'mysql://u:a%2Fb%23%40%25@h:1/db?ssl=%7B%7D',
  'mysql://u:p@[::1]:3306/db',
])('%s is taken as it is', (url) => {
  expect(mysqlUrl({ DLC_MYSQL_URL: url })).toBe(url);
});

test.each([
  ['postgres://u:p@h/db', "isn't a MySQL address"],
  ['mysql://u:secret/b@h:1/db', 'has no valid host and port'],
  ['mysql://u:1/secret@h:1/db', 'has a / too many'],
  ['mysql://u:1/secret#b@h:1/db', 'has a # in it'],
  ['mysql://u:secret@h:99999/db', 'has no valid host and port'],
  ['mysql://u:secret%zz@h:1/db', 'has a % that encodes nothing'],
  ['mysql://u:secret@h:1', 'names no database'],
  ['mysql://u:secret@h:1/', 'names no database'],
  ['mysql:///db', 'names no host'],
])('%s %s', (url, fault) => {
  const error = refusal(url);
  expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', details: { field: 'DLC_MYSQL_URL' } });
  expect((error as Error).message).toMatch(
    new RegExp(`^DLC_MYSQL_URL ${fault}\\. Write mysql://.* percent-encode / # @ % in the password\\.`),
  );
  expect((error as Error).message).not.toContain('secret');
});
