// What a worker with LineagePlugin bundles: our workflows beside the user's. Runs inside the workflow sandbox. The user's
// come through an alias that `bundler.ts` sets, since a bundle has one entry and it was theirs. JavaScript, for TypeScript
// can't put together exports that it doesn't know.
'use strict';

// The marker tells a bundle that has ours from one that hasn't. A user's default export (the workflow for types that are
// registered nowhere) stays theirs.
module.exports = {
  ...require('datalake-lineage-user-workflows'),
  ...require('../workflows'),
  __lineageBundle: undefined,
};
