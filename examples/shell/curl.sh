#!/usr/bin/env bash
# A source's run and its target's over Temporal's HTTP API, with curl (7.82 or newer) and jq.
# Usage: curl.sh SOURCE TARGET, the keys of two registered dataflows. Settings: TEMPORAL_HTTP_URL (the server's
# `--http-port`, for example http://127.0.0.1:7243), TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, DLC_TASK_QUEUE.
set -euo pipefail
source=$1 target=$2 queue=${DLC_TASK_QUEUE:-dlc}
try=$(date +%s)-$$ # names this try of the script; a scheduler has a better name
api=$TEMPORAL_HTTP_URL/api/v1/namespaces/${TEMPORAL_NAMESPACE:-default}/workflows

call() { curl --silent --show-error ${TEMPORAL_API_KEY:+--oauth2-bearer "$TEMPORAL_API_KEY"} "$@"; }
post() { call --json "$2" "$api/$1"; }

# A workflow ID goes into a path URL-encoded: dlc%3Arz%3Abilling4; the %2F of a partition becomes %252F.
path() { jq -rn --arg id "dlc:$1" '$id | @uri'; }

# Sends an update and prints its result. A refusal goes to stderr, `TYPE: message`, and the status is 1; it is 2 where
# nobody answered, since the workflow has closed.
update() {
  local workflow=$1 name=$2 id=$3 input=$4 body answer='{}'
  body=$(jq -nc --arg id "$id" --argjson input "$input" '{
    request: { meta: { updateId: $id }, input: { args: [$input] } },
    waitPolicy: { lifecycleStage: "UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED" }
  }')
  # A slow answer comes without an outcome: the same updateId asks for it again.
  until jq -e '.outcome or .code' <<<"$answer" >/dev/null; do
    answer=$(post "$workflow/update/$name" "$body") || return 1
  done
  jq -e '.outcome.success[0] // empty' <<<"$answer" && return
  jq -er '.outcome.failure // empty | "\(.applicationFailureInfo.type): \(.message)"' <<<"$answer" >&2 && return 1
  return 2
}

# Waits until a workflow has closed; prints its run's state, or why there was none.
ended() {
  local page='{}' filter="historyEventFilterType=HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT&waitNewEvent=true"
  until jq -e '.history.events[0]? or .code' <<<"$page" >/dev/null; do
    page=$(call "$api/$(path "$1")/history?execution.runId=$2&$filter") || return 1
  done
  jq -r '.history.events[0] | .workflowExecutionCompletedEventAttributes.result[0].state //
    (.workflowExecutionFailedEventAttributes.failure | "\(.applicationFailureInfo.type): \(.message)")' <<<"$page"
}

# Starts a run and prints what it claimed; fails with `TYPE: message`. Asked twice with one requestId, it starts one run.
start() {
  local key=$1 request run_id
  request=$(jq -nc --arg dataflow "$key" --arg requestId "$2" '$ARGS.named')
  run_id=$(post "$(path "$key")" "$(jq -nc --arg queue "$queue" --argjson request "$request" '{
    workflowType: { name: "dataflowRun" }, taskQueue: { name: $queue }, input: [$request],
    workflowIdConflictPolicy: "WORKFLOW_ID_CONFLICT_POLICY_USE_EXISTING"
  }')" | jq -r '.runId // error(.message)') || return 1
  update "$(path "$key")" startedRun "start:$2" "$(jq -c '{ requestId }' <<<"$request")" && return
  (($? == 1)) || ended "$key" "$run_id" >&2
  return 1
}

run=$(start "$source" "$try")
echo "$source started: run $(jq -r .runId <<<"$run")"

# Refused, and the run stays open: another start, and a finish that can't be right.
start "$source" "another-$try" 2>&1 | grep -o '^[A-Z_]*:' || true
wrong='{ "status": "success", "recordCount": -1 }'
update "$(path "$source")" finishRun wrong "$wrong" 2>&1 | grep -o '^[A-Z_]*:' || true

# The ETL goes here. The runId keeps a message that comes too late from ending the slot's next run.
report=$(jq -c '{ runId, status: "success", recordCount: 89898 }' <<<"$run")
echo "$source finished: $(update "$(path "$source")" finishRun finish "$report" | jq -r .state)"

# The target claims what its sources finished.
run=$(start "$target" "$try")
run_id=$(jq -r .runId <<<"$run")
echo "$target started: run $run_id"
jq -r '.sources[]? | "claimed \(.sourceDataflow) run \(.sourceRunId), \(.recordCount) rows"' <<<"$run"
post "$(path "$target")/query/status" '{}' | jq -r '.queryResult[0].summary'

# A signal is answered before it is read; the run's end tells.
report=$(jq -c '{ runId, status: "success", recordCount: 103 }' <<<"$run")
post "$(path "$target")/signal/finish" "{ \"input\": [$report] }" >&2
echo "$target finished: $(ended "$target" "$run_id")"

# Nothing new is ready for it.
start "$target" "again-$try" 2>&1 | grep -o '^[A-Z_]*:' || true
