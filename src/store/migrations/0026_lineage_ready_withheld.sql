-- As before; rows that a backfill, a replay or an operator withholds are kept, not ready.
CREATE OR REPLACE VIEW lineage_ready AS
SELECT
  q.id                 AS queue_id,
  q.target_dataflow_id AS target_dataflow_id,
  q.source_dataflow_id AS source_dataflow_id,
  q.source_run_id      AS source_run_id,
  q.partition_key      AS partition_key,
  q.ready_at           AS ready_at
FROM dataflow_queue q
JOIN dataflow_relation l ON l.id = q.relation_id
WHERE q.target_run_id IS NULL
  AND q.withheld_by IS NULL
  AND l.suspended_at IS NULL
  AND l.terminated_at IS NULL
