-- Append-only transitions of runs: the audit trail, and the OpenLineage outbox (`published_at IS NULL` is what is left to
-- publish; never a cursor on the id, since ids commit out of order).
CREATE TABLE IF NOT EXISTS run_event (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  run_id       CHAR(36)        CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  dataflow_id  BIGINT UNSIGNED NOT NULL,
  event        VARCHAR(32)     NOT NULL,
  at           DATETIME(6)     NOT NULL,
  detail       JSON            NULL,
  published_at DATETIME(6)     NULL,
  PRIMARY KEY (id),
  KEY event_by_run (run_id, id),
  KEY event_by_published (published_at, id)
) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
