-- The nested rule that the run waits by, where `dependency_check` is 'rule': the one of the day it opened.
ALTER TABLE dataflow_run
  ADD COLUMN rule JSON NULL
