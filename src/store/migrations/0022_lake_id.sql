-- Tells one database's housekeeper from another's in the same Temporal namespace.
ALTER TABLE dataflow_graph
  ADD COLUMN lake_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NULL
