-- What has become of a partition: its newest run, and whether one succeeded.
ALTER TABLE dataflow_run
  ADD KEY run_by_partition (dataflow_id, partition_key, id)
