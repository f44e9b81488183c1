-- One finished source run, ready for one relation's target. Unclaimed while `target_run_id` is NULL; a claimed row is a
-- lineage edge and is never changed again: a rerun queues a new row with the next `attempt` (0 is the run's own finish).
CREATE TABLE IF NOT EXISTS dataflow_queue (
  id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  relation_id        BIGINT UNSIGNED NOT NULL,
  source_dataflow_id BIGINT UNSIGNED NOT NULL,
  target_dataflow_id BIGINT UNSIGNED NOT NULL,
  source_run_id      CHAR(36)        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  target_run_id      CHAR(36)        CHARACTER SET ascii COLLATE ascii_bin NULL,
  target_slot        VARCHAR(480)    NOT NULL,
  partition_key      VARCHAR(480)    NULL,
  attempt            INT UNSIGNED    NOT NULL,
  cause              VARCHAR(16)     NOT NULL,
  ready_at           DATETIME(6)     NOT NULL,
  claimed_at         DATETIME(6)     NULL,
  PRIMARY KEY (id),
  UNIQUE KEY queue_by_source_run (source_run_id, relation_id, target_slot, attempt),
  KEY queue_by_target (target_dataflow_id, target_run_id, target_slot, id),
  KEY queue_by_target_run (target_run_id, id)
) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
