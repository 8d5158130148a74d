/**
 * AddPartitionsToTxn: tells a transaction's coordinator which partitions it is about to write to (KIP-98).
 *
 * 1 has new throttling rules only (KIP-219), 2 may answer PRODUCER_FENCED (KIP-588), 3 added the compact encoding. 4
 * takes many transactions and can just verify; leaders use it to ask whether a transaction is open (KIP-890), clients
 * stay at 3 and its `v3AndBelow` fields. 5 may answer TRANSACTION_ABORTABLE.
 */
import {
  array,
  bool,
  int16,
  int32,
  int64,
  request,
  response,
  string,
  type Decoded,
} from '../schema/notation.ts';

const topicFields = {
  name: string('0+'),
  partitions: array('0+', 'int32'),
};

export const addPartitionsToTxnRequest = request(
  24,
  'AddPartitionsToTxnRequest',
  { versions: '0-5', flexible: '3+' },
  {
    transactions: array('4+', {
      transactionalId: string('4+'),
      producerId: int64('4+'),
      producerEpoch: int16('4+'),
      verifyOnly: bool('4+'),
      topics: array('4+', topicFields),
    }),
    v3AndBelowTransactionalId: string('0-3'),
    v3AndBelowProducerId: int64('0-3'),
    v3AndBelowProducerEpoch: int16('0-3'),
    v3AndBelowTopics: array('0-3', topicFields),
  },
);
export type AddPartitionsToTxnRequest = Decoded<typeof addPartitionsToTxnRequest>;

const partitionResultFields = {
  partitionIndex: int32('0+'),
  partitionErrorCode: int16('0+'),
};

const topicResultFields = {
  name: string('0+'),
  resultsByPartition: array('0+', partitionResultFields),
};

export const addPartitionsToTxnResponse = response(
  24,
  'AddPartitionsToTxnResponse',
  { versions: '0-5', flexible: '3+' },
  {
    throttleTimeMs: int32('0+'),
    errorCode: int16('4+'),
    resultsByTransaction: array('4+', {
      transactionalId: string('4+'),
      topicResults: array('4+', topicResultFields),
    }),
    resultsByTopicV3AndBelow: array('0-3', topicResultFields),
  },
);
export type AddPartitionsToTxnResponse = Decoded<typeof addPartitionsToTxnResponse>;
