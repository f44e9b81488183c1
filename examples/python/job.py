"""A source's run and its target's: python job.py SOURCE TARGET, the keys of two registered dataflows.

Settings: TEMPORAL_*, DLC_TASK_QUEUE.
"""

import os
import sys

from lineage import LineageError, finish_run, start_run
from program import run as run_program
from temporalio.client import Client
from temporalio.envconfig import ClientConfig


async def main(source: str, target: str) -> None:
    client = await Client.connect(**ClientConfig.load_client_connect_config())
    queue = os.environ.get("DLC_TASK_QUEUE", "dlc")

    run = await start_run(client, source, task_queue=queue)
    print(f"{source} started: run {run['runId']}")

    # One open run a slot: somebody else's start is told which run has it.
    try:
        await start_run(client, source, task_queue=queue)
    except LineageError as error:
        print(f"{error.code}: run {error.details['runId']}")

    # The ETL goes here. A finish that can't be right is refused, and the run stays open.
    try:
        await finish_run(client, run, "success", recordCount=-1)
    except LineageError as error:
        print(f"{error.code}: {error.details['field']}")
    await finish_run(client, run, "success", recordCount=89898, dataflowBatchRunId="batchID123456")
    print(f"{source} finished")

    # The target claims what its sources finished, in the transaction that starts it.
    run = await start_run(client, target, task_queue=queue)
    print(f"{target} started: run {run['runId']}")
    for claimed in run["sources"]:
        print(f"claimed {claimed['sourceDataflow']} run {claimed['sourceRunId']}, {claimed['recordCount']} rows")
    finished = await finish_run(client, run, "success", recordCount=103)
    print(f"{target} finished: {finished['state']}")

    # Nothing new is ready for it.
    try:
        await start_run(client, target, task_queue=queue)
    except LineageError as error:
        print(f"{error.code}: {error.details['missing']}")


run_program(main(*sys.argv[1:]))
