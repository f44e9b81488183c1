-- How fresh a source is for a slot: the newest row of a relation, consumed or not.
ALTER TABLE dataflow_queue
  ADD KEY queue_by_relation (relation_id, target_slot, ready_at)
