-- As before, with whose rerun a run is, and why it ended where that has a name of its own.
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
  r.batch_run_id  AS batch_run_id,
  r.rerun_of      AS rerun_of,
  r.cause         AS cause,
  r.error_code    AS error_code
FROM dataflow_run r
JOIN dataflow d ON d.id = r.dataflow_id
