"""Runs a program that talks to Temporal, and ends its process cleanly."""

import asyncio
import os
import sys
from typing import Any, Coroutine


def run(main: Coroutine[Any, Any, None]) -> None:
    """As asyncio.run, but ends the process at once: nothing of the caller's runs after it (no `atexit`, no `finally`).

    The SDK's threads outlive the event loop, and now and then the interpreter aborts the process over one of them while
    it is torn down (temporalio/sdk-python issue 300): an ETL script would take status 134 for a failed job.
    """
    asyncio.run(main)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
