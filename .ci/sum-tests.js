// `node .ci/sum-tests.js FAILED_CHECKS REPORT=STATUS…`: adds up jest's JSON reports into one line, `N passed, N failed`.
// Fails where anything failed, where jest left no report, and where no test ran. Plain JavaScript: it works without npm ci.
const { existsSync, readFileSync } = require('node:fs');

const [failedChecks, ...runs] = process.argv.slice(2);
const sum = { passed: 0, failed: Number(failedChecks), skipped: 0 };

for (const run of runs) {
  const [path, status] = run.split('=');
  if (!existsSync(path)) {
    console.log(`no report ${path}: jest did not finish`);
    sum.failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(path, 'utf8'));
  // A suite that can't be loaded has no failed test, and jest can fail without one (in its tear-down, or when it hangs).
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && suite.assertionResults.every((test) => test.status !== 'failed'),
  );
  const failures = report.numFailedTests + broken.length;
  sum.failed += status === '0' && report.success ? failures : Math.max(failures, 1);
  sum.passed += report.numPassedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
}

const skipped = sum.skipped > 0 ? `, ${sum.skipped} skipped` : '';
console.log(`${sum.passed} passed, ${sum.failed} failed${skipped}`);
process.exitCode = sum.failed === 0 && sum.passed > 0 ? 0 : 1;
