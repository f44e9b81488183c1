-- `withheld_by`: who keeps an unclaimed row from being claimed (a backfill, a replay, or the operation that skipped it).
-- `part`: a run may report several partitions, each with a row of its own. `rerun_of`: the run whose sources are queued again.
ALTER TABLE dataflow_queue
  ADD COLUMN withheld_by  VARCHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN part         INT UNSIGNED    NOT NULL DEFAULT 0,
  ADD COLUMN rerun_of     CHAR(36)        CHARACTER SET ascii COLLATE ascii_bin NULL,
  ADD COLUMN record_count BIGINT UNSIGNED NULL,
  ADD UNIQUE KEY queue_by_source (source_run_id, relation_id, target_slot, part, attempt),
  ADD KEY queue_ready (target_dataflow_id, target_run_id, withheld_by, target_slot, id),
  ADD KEY queue_by_withheld (withheld_by, id)
