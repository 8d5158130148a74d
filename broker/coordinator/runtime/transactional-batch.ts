/**
 * Records of a coordinator that belong to a client's transaction, and the marker that ends it (KIP-98): offsets that a
 * group commits in a transaction lie in its log at once, and count when the marker says so.
 */

/** Whose transaction a batch belongs to. */
export interface TransactionalProducer {
  readonly producerId: number;
  readonly producerEpoch: number;
}

/** Records of it that are about to be written. */
export interface TransactionalWrite extends TransactionalProducer {
  /** False when the transaction may be over: then they are not written. Asked when they go into the log. */
  readonly isStillSo: () => boolean;
}

export interface TransactionMarker extends TransactionalProducer {
  readonly coordinatorEpoch: number;
  readonly committed: boolean;
  /** How the transaction was run, when its coordinator says so; it is not in the log. */
  readonly transactionVersion?: number;
}
