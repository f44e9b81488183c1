// Partitions: which slice of data a run wrote, and which slots of a target that slice belongs to.

export { checkPartitionKey, MAX_PARTITION_BYTES } from './key';
export {
  checkMapping,
  defaultMapping,
  expectedForm,
  joinsPartitions,
  mapPartition,
  parseMapping,
  takesAny,
} from './mapping';
export type { PartitionMapping } from './mapping';
export { mayProduce, producedForm } from './produce';
