UPDATE dataflow_graph
SET lake_id = UUID()
WHERE lake_id IS NULL
