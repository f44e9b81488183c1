-- Source dataflow → target dataflow. Rows are never deleted: `open_pair` is 1 until the relation is terminated, then NULL,
-- so a pair has at most one relation that is not terminated, and any number that were.
CREATE TABLE IF NOT EXISTS dataflow_relation (
  id                 BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  source_dataflow_id BIGINT UNSIGNED NOT NULL,
  target_dataflow_id BIGINT UNSIGNED NOT NULL,
  partition_mapping  VARCHAR(64)     NOT NULL,
  open_pair          TINYINT         NULL,
  created_at         DATETIME(6)     NOT NULL,
  suspended_at       DATETIME(6)     NULL,
  terminated_at      DATETIME(6)     NULL,
  PRIMARY KEY (id),
  UNIQUE KEY relation_by_pair (source_dataflow_id, target_dataflow_id, open_pair),
  KEY relation_by_target (target_dataflow_id, open_pair),
  CONSTRAINT relation_source FOREIGN KEY (source_dataflow_id) REFERENCES dataflow (id),
  CONSTRAINT relation_target FOREIGN KEY (target_dataflow_id) REFERENCES dataflow (id)
) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
