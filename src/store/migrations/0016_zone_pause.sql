-- A pause of all dataflows of a zone. The row is there while the pause lasts; `operation` keeps what has been.
CREATE TABLE IF NOT EXISTS zone_pause (
  zone         VARCHAR(480) NOT NULL,
  paused_at    DATETIME(6)  NOT NULL,
  paused_by    VARCHAR(255) NOT NULL,
  pause_reason TEXT         NULL,
  PRIMARY KEY (zone)
) DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin
