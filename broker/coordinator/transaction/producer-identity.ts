/** What a producer is known by, and the answer that tells it who it is from now on. */
import { NO_PRODUCER_EPOCH, NO_PRODUCER_ID } from './transaction-record.ts';

export interface ProducerIdentity {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** An id and epoch of -1 come with an error. */
export interface IdentityResult extends ProducerIdentity {
  readonly errorCode: number;
}

export function identityError(errorCode: number): IdentityResult {
  return { errorCode, producerId: NO_PRODUCER_ID, producerEpoch: NO_PRODUCER_EPOCH };
}
