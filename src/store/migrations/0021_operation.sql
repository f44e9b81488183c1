-- What people did to dataflows, relations, zones and runs: append-only, one row each, with who and why. `operation_id` makes a
-- repetition find what it did before.
CREATE TABLE IF NOT EXISTS operation (
  id           BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  operation_id VARCHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind         VARCHAR(32)     NOT NULL,
  subject      VARCHAR(1000)   NOT NULL,
  done_by      VARCHAR(255)    NOT NULL,
  reason       TEXT            NULL,
  at           DATETIME(6)     NOT NULL,
  result       JSON            NULL,
  PRIMARY KEY (id),
  UNIQUE KEY operation_by_operation_id (operation_id),
  KEY operation_by_subject (subject(255), id)
) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
