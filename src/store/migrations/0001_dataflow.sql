-- A registered ETL process. The natural key is unique in its string form: percent-encoded, so that no blank at an end can
-- be lost in a comparison (MySQL's and MariaDB's _bin collations both ignore trailing blanks).
CREATE TABLE IF NOT EXISTS dataflow (
  id            BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  dataflow_key  VARCHAR(480)    NOT NULL,
  zone          VARCHAR(480)    NOT NULL,
  model_name    VARCHAR(480)    NOT NULL,
  model_key     VARCHAR(480)    NOT NULL,
  model_sec_key VARCHAR(480)    NOT NULL,
  status        VARCHAR(16)     NOT NULL,
  display_name  VARCHAR(255)    NULL,
  description   TEXT            NULL,
  config        JSON            NULL,
  trigger_mode  VARCHAR(16)     NOT NULL,
  trigger_when  VARCHAR(16)     NOT NULL,
  job           JSON            NOT NULL,
  partitioned   BOOLEAN         NOT NULL,
  workflow_type VARCHAR(255)    NULL,
  task_queue    VARCHAR(255)    NULL,
  created_at    DATETIME(6)     NOT NULL,
  updated_at    DATETIME(6)     NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY dataflow_by_key (dataflow_key)
) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
