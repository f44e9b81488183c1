-- Who suspended or terminated a relation, and why. `one_by_one_until`: its queue rows up to this one are consumed one source run
-- a run.
ALTER TABLE dataflow_relation
  ADD COLUMN suspended_by      VARCHAR(255)    NULL,
  ADD COLUMN suspend_reason    TEXT            NULL,
  ADD COLUMN suspended_backlog VARCHAR(16)     NULL,
  ADD COLUMN terminated_by     VARCHAR(255)    NULL,
  ADD COLUMN terminate_reason  TEXT            NULL,
  ADD COLUMN one_by_one_until  BIGINT UNSIGNED NULL
