-- As before, with the run whose sources were queued again.
CREATE OR REPLACE VIEW lineage_edge AS
SELECT
  q.source_run_id      AS source_run_id,
  q.target_run_id      AS target_run_id,
  q.source_dataflow_id AS source_dataflow_id,
  q.target_dataflow_id AS target_dataflow_id,
  q.relation_id        AS relation_id,
  q.partition_key      AS partition_key,
  q.ready_at           AS ready_at,
  q.claimed_at         AS claimed_at,
  q.cause              AS cause,
  q.rerun_of           AS rerun_of
FROM dataflow_queue q
WHERE q.target_run_id IS NOT NULL
