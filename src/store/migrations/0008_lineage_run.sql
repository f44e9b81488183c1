-- For anyone with a SQL client: every run.
CREATE OR REPLACE VIEW lineage_run AS
SELECT
  r.run_id        AS run_id,
  r.dataflow_id   AS dataflow_id,
  d.dataflow_key  AS dataflow_key,
  r.partition_key AS partition_key,
  r.state         AS state,
  r.workflow_id   AS workflow_id,
  r.started_at    AS started_at,
  r.ended_at      AS ended_at,
  r.record_count  AS record_count,
  r.batch_run_id  AS batch_run_id
FROM dataflow_run r
JOIN dataflow d ON d.id = r.dataflow_id
