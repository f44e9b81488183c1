// Search attributes that a server may not know: without them a start still goes through, after one warning.

import { status } from '@grpc/grpc-js';
import { defineSearchAttributeKey, SearchAttributeType, TypedSearchAttributes } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../domain/messages';
import { grpcAnswer } from './grpc';

const DATAFLOW = defineSearchAttributeKey(SEARCH_ATTRIBUTES.dataflow, SearchAttributeType.KEYWORD);
const PARTITION = defineSearchAttributeKey(SEARCH_ATTRIBUTES.partition, SearchAttributeType.KEYWORD);

/** One per client: remembers whether its server knows the attributes. */
export class SearchAttributes {
  private known = true;

  constructor(private readonly warn: (message: string) => void) {}

  /** Runs a start with the attributes; and once more without, if the server doesn't know them. */
  async with<T>(
    values: { readonly dataflow: string; readonly partition: string | null },
    start: (attributes: TypedSearchAttributes | undefined) => Promise<T>,
  ): Promise<T> {
    if (!this.known) return start(undefined);
    try {
      return await start(attributes(values));
    } catch (error) {
      if (!isUnknownAttribute(error)) throw error;
      if (this.known) {
        this.warn(
          `The Temporal server doesn't know the search attributes ${Object.values(SEARCH_ATTRIBUTES).join(' and ')}: runs are started without them. ` +
            `Register both as Keyword (temporal operator search-attribute create) to find runs by dataflow in the UI.`,
        );
      }
      this.known = false;
      return start(undefined);
    }
  }
}

function attributes({ dataflow, partition }: { dataflow: string; partition: string | null }): TypedSearchAttributes {
  const pairs = [{ key: DATAFLOW, value: dataflow }];
  return new TypedSearchAttributes(partition ? [...pairs, { key: PARTITION, value: partition }] : pairs);
}

function isUnknownAttribute(error: unknown): boolean {
  const answer = grpcAnswer(error);
  if (answer?.code !== status.INVALID_ARGUMENT) return false;
  const reason = `${answer.message} ${answer.details}`;
  return Object.values(SEARCH_ATTRIBUTES).some((name) => reason.includes(name));
}
