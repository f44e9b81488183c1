-- One row, locked by every change of a relation: two relations that only together close a cycle can't be added at once.
-- Registration is rare, so it may be serial; runs never touch it.
CREATE TABLE IF NOT EXISTS dataflow_graph (
  id      TINYINT         NOT NULL,
  version BIGINT UNSIGNED NOT NULL,
  PRIMARY KEY (id)
) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
