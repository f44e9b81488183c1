-- What a run waits by and waits for, whose rerun it is, its lease, and what becomes of its sources and of its queue rows.
-- `waiting_for` is read by those who would wake it: a run that gathers or stands in line looks again by itself.
ALTER TABLE dataflow_run
  ADD COLUMN start_policy      JSON         NULL,
  ADD COLUMN priority          INT          NOT NULL DEFAULT 0,
  ADD COLUMN waiting_for       VARCHAR(16)  NULL,
  ADD COLUMN waiting_since     DATETIME(6)  NULL,
  ADD COLUMN late_at           DATETIME(6)  NULL,
  ADD COLUMN rerun_of          CHAR(36)     CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN cause             VARCHAR(16)  NULL,
  ADD COLUMN release_cause     VARCHAR(16)  NULL,
  ADD COLUMN withhold_by       VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN heartbeat_timeout BIGINT UNSIGNED NULL,
  ADD COLUMN heartbeat_at      DATETIME(6)  NULL,
  ADD COLUMN error_code        VARCHAR(32)  NULL,
  ADD COLUMN partitions        JSON         NULL,
  ADD COLUMN finish_request_id VARCHAR(64)  NULL,
  ADD KEY run_by_rerun_of (rerun_of),
  ADD KEY run_by_state (state, id)
