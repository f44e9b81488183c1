"""A worker whose activity is a dataflow's job: python worker.py [TASK_QUEUE] (settings: TEMPORAL_*).

Registered with job: { type: 'activity', name: 'count_rows', taskQueue: 'python' }, the dataflow's runs call it: with
trigger: { mode: 'auto' }, whenever its sources have finished.
"""

import asyncio
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from program import run as run_program
from temporalio import activity
from temporalio.client import Client
from temporalio.envconfig import ClientConfig
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker


@activity.defn
def count_rows(job: dict[str, Any]) -> dict[str, Any]:
    """Gets { runId, dataflow, partitionKey, sources, sourceCount, config }; returns what a finish takes, or nothing.

    `sources` holds 100 at most; where `sourceCount` is more, read the SQL view lineage_edge.
    """
    rows = 0
    for source in job["sources"]:
        if source["recordCount"] is None:
            # What is raised ends the run `error`; left to itself, Temporal tries again first.
            raise ApplicationError(f"{source['sourceDataflow']} didn't count its rows.", non_retryable=True)
        rows += source["recordCount"]
    return {"recordCount": rows, "dataflowBatchRunId": f"python {job['runId']}"}


async def main(task_queue: str = "python") -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    # ETL blocks: its activities are plain functions, in threads.
    with ThreadPoolExecutor(8) as threads:
        async with Worker(client, task_queue=task_queue, activities=[count_rows], activity_executor=threads):
            await stop.wait()


run_program(main(*sys.argv[1:]))
