// A user's worker bundles `datalake-lineage/workflow` from the installed package, with nothing of Node allowed in it.
const { writeFileSync } = require('node:fs');
const { bundleWorkflowCode } = require('@temporalio/worker');

writeFileSync('workflows.js', "module.exports = require('datalake-lineage/workflow');\n");
const logger = { log() {}, trace() {}, debug() {}, info() {}, warn: console.warn, error: console.error };
void bundleWorkflowCode({ workflowsPath: require.resolve('./workflows.js'), logger });
