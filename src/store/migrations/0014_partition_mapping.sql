-- Room for a mapping that names parts of the key, such as `hour→day as import_date`.
ALTER TABLE dataflow_relation
  MODIFY COLUMN partition_mapping VARCHAR(255) NOT NULL
