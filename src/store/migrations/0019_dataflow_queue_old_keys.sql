-- `queue_by_source` and `queue_ready` have taken their places.
ALTER TABLE dataflow_queue
  DROP KEY queue_by_source_run,
  DROP KEY queue_by_target
