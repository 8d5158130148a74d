/** Few partitions, so that all coordinators are found among three brokers soon; and transactions that time out within a test. */
export const TRANSACTION_TOPICS: readonly string[] = [
  'offsets.topic.num.partitions=6',
  'transaction.state.log.num.partitions=6',
  'transaction.abort.timed.out.transaction.cleanup.interval.ms=1000',
];
