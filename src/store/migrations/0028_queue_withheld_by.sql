-- As wide as what it holds: `skipped:` and the id of an operation, which has 64 characters at most.
ALTER TABLE dataflow_queue
  MODIFY withheld_by VARCHAR(80) CHARACTER SET ascii COLLATE ascii_bin NULL
