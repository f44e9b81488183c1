-- What stands around a dataflow's rule (debounce, deadline, …), how many of its slots run at once, and a pause.
ALTER TABLE dataflow
  ADD COLUMN start_policy        JSON         NULL,
  ADD COLUMN max_concurrent_runs INT UNSIGNED NULL,
  ADD COLUMN slot_order          VARCHAR(16)  NOT NULL DEFAULT 'ready',
  ADD COLUMN on_error            VARCHAR(16)  NOT NULL DEFAULT 'hold',
  ADD COLUMN paused_at           DATETIME(6)  NULL,
  ADD COLUMN paused_by           VARCHAR(255) NULL,
  ADD COLUMN pause_reason        TEXT         NULL
