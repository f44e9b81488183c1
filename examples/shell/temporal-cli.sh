#!/usr/bin/env bash
# A source's run and its target's, with nothing but the Temporal CLI and jq.
# Usage: temporal-cli.sh SOURCE TARGET, the keys of two registered dataflows. Settings: TEMPORAL_*, DLC_TASK_QUEUE.
set -euo pipefail
source=$1 target=$2 queue=${DLC_TASK_QUEUE:-dlc}
try=$(date +%s)-$$ # names this try of the script; a scheduler has a better name

# Starts a run and prints what it claimed, or fails with the reason and its type: ALREADY_ACTIVE, DEPENDENCY_NOT_READY, …
# Asked twice with one requestId, it starts one run: use your scheduler's own name for the try.
start() {
  local key=$1 request=$2
  temporal workflow execute-update-with-start --output json \
    --type dataflowRun --workflow-id "dlc:$key" --id-conflict-policy UseExisting --task-queue "$queue" \
    --input "$(jq -nc --arg dataflow "$key" --arg requestId "$request" '$ARGS.named')" \
    --update-name startedRun --update-input "$(jq -nc --arg requestId "$request" '$ARGS.named')" |
    jq .updateResult
}

# Ends a run; returns once that is in MySQL. With its runId, a message that comes too late can't end the next run.
finish() {
  local run=$1 report=$2
  temporal workflow update execute --output json --workflow-id "$(jq -r .workflowId <<<"$run")" --name finishRun \
    --input "$(jq -c --argjson report "$report" '{ runId } + $report' <<<"$run")" |
    jq -r .result.state
}

run=$(start "$source" "$try")
echo "$source started: run $(jq -r .runId <<<"$run")"

start "$source" "another-$try" 2>&1 | grep -o 'type: [A-Z_]*' || true
finish "$run" '{ "status": "success", "recordCount": -1 }' 2>&1 | grep -o 'type: [A-Z_]*' || true

# The ETL goes here.
echo "$source finished: $(finish "$run" '{ "status": "success", "recordCount": 89898 }')"

# The target, step by step: start, ask what it claimed, look at it, finish by a signal, wait for its end.
workflow=(--workflow-id "dlc:$target")
run_id=$(temporal workflow start --output json "${workflow[@]}" --type dataflowRun --task-queue "$queue" \
  --id-conflict-policy Fail --input "$(jq -nc --arg dataflow "$target" '$ARGS.named')" | jq -r .runId)
echo "$target started: run $run_id"
temporal workflow update execute --output json "${workflow[@]}" --name startedRun |
  jq -r '.result.sources[] | "claimed \(.sourceDataflow) run \(.sourceRunId), \(.recordCount) rows"'
temporal workflow query --output json "${workflow[@]}" --type status | jq -r '.queryResult[0].summary'
temporal workflow signal "${workflow[@]}" --name finish --input '{ "status": "success", "recordCount": 103 }' >&2
echo "$target finished: $(temporal workflow result --output json "${workflow[@]}" --run-id "$run_id" | jq -r .result.state)"

# Nothing new is ready for it.
start "$target" "again-$try" 2>&1 | grep -o 'type: [A-Z_]*' || true
