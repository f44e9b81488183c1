INSERT IGNORE INTO dataflow_graph (id, version)
VALUES (1, 0)
