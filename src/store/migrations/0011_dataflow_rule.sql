-- A nested rule, where `trigger_when` is 'rule'.
ALTER TABLE dataflow
  ADD COLUMN trigger_rule JSON NULL
