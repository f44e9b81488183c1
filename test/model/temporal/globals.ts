// Workflow code runs here without the worker's sandbox: what the sandbox would put in place. Import it before any workflow.

import { AsyncLocalStorage } from 'node:async_hooks';

Object.assign(globalThis, { AsyncLocalStorage });
