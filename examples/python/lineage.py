"""Runs of a dataflow from Python: Temporal's own client, and the messages of the workflow type `dataflowRun`."""

from __future__ import annotations

import asyncio
import re
import uuid
from typing import Any, Awaitable, Callable
from urllib.parse import quote

from temporalio.client import Client, WithStartWorkflowOperation, WorkflowUpdateFailedError
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

Json = dict[str, Any]


class LineageError(Exception):
    """A refusal. `code` is stable: ALREADY_ACTIVE, DEPENDENCY_NOT_READY, INVALID_ARGUMENT, NOT_FOUND, …"""

    def __init__(self, code: str, message: str, details: Json) -> None:
        super().__init__(message)
        self.code = code
        self.details = details


def workflow_id(key: str, partition: str | None = None) -> str:
    """The slot's workflow ID, so that it has one open run. `partition`: where the dataflow runs per partition."""
    if not partition:
        return f"dlc:{key}"
    encoded = re.sub(r"[:/@%\s\x00-\x1f\x7f-\x9f\ufeff]", lambda found: quote(found[0], safe=""), partition)
    return f"dlc:{key}@{encoded}"


async def start_run(
    client: Client, key: str, *, task_queue: str = "dlc", partition: str | None = None, **options: Any
) -> Json:
    """Starts a run; returns its runId, workflowId and state, and what it claimed: sources (100 at most), sourceCount.

    The options are the request's own: dependencyCheck, wait, config, requestId, … Asked twice with one requestId, it
    starts one run: use your scheduler's own name for the try.
    """
    request = {"requestId": str(uuid.uuid4()), **options, "dataflow": key, "partitionKey": partition}
    token = request["requestId"]

    def ask() -> Awaitable[Json]:
        start = WithStartWorkflowOperation(
            "dataflowRun",
            request,
            id=workflow_id(key, partition),
            task_queue=task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        return client.execute_update_with_start_workflow(
            "startedRun", {"requestId": token}, id=f"start:{token}", start_workflow_operation=start
        )

    return await _answer(ask)


async def finish_run(client: Client, run: Json, status: str, **report: Any) -> Json:
    """Ends a run; returns once that is in MySQL. `report`: recordCount, dataflowBatchRunId, dataflowPartitionKey, …

    RUN_ALREADY_FINISHED where the run has ended before: by this very finish, perhaps, if its answer got lost.
    """
    handle = client.get_workflow_handle(run["workflowId"])
    # With its runId, a message that comes too late can't end the slot's next run.
    finish = {"status": status, "runId": run["runId"], **report}
    try:
        return await _answer(lambda: handle.execute_update("finishRun", finish))
    except RPCError as error:
        if error.status != RPCStatusCode.NOT_FOUND:
            raise
        raise LineageError("RUN_ALREADY_FINISHED", f"Run {run['runId']} has ended.", {"runId": run["runId"]}) from error


async def _answer(ask: Callable[[], Awaitable[Json]]) -> Json:
    """Asks until the workflow answers: one that is just closing can't, but the slot's next one will."""
    for attempt in range(50):
        try:
            return await ask()
        except WorkflowUpdateFailedError as error:
            cause = error.cause
            if not isinstance(cause, ApplicationError):
                raise
            if cause.type not in ("RUN_ENDING", "AcceptedUpdateCompletedWorkflow"):
                details = cause.details[0] if cause.details else {}
                raise LineageError(cause.type or "", cause.message, details) from error
        except RPCError as error:
            if error.status not in (RPCStatusCode.ABORTED, RPCStatusCode.FAILED_PRECONDITION):
                raise
        await asyncio.sleep(min(0.5, 0.005 * 2**attempt))
    raise TimeoutError("The slot's last run is still closing.")
