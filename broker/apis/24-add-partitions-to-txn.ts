/**
 * AddPartitionsToTxn 0-5: a producer announces the partitions that its transaction writes to (KIP-98). One that does not
 * exist refuses all: the others are told OPERATION_NOT_ATTEMPTED. The brokers' own topics are not written by clients.
 * Up to version 1 a fenced producer is told INVALID_PRODUCER_EPOCH (KIP-588). 4 and 5 are for brokers: leaders ask whether
 * partitions are announced, or announce them, those of the brokers' own topics too (KIP-890); 5 has a code for those that
 * are not.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import {
  type AddPartitionsToTxnRequest,
  addPartitionsToTxnRequest,
  addPartitionsToTxnResponse,
} from '../../protocol/messages/24-add-partitions-to-txn.ts';
import type { MetadataImage } from '../controller/image.ts';
import { isInternalTopic } from '../controller/topic-name.ts';
import { defineApi } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import {
  abortableCode,
  fencedCode,
  type NamedPartitions,
  partitionResults,
  partitionsOf,
} from './transaction-answers.ts';

type BrokerQuestion = AddPartitionsToTxnRequest['transactions'][number];

const FIRST_VERSION_OF_FENCED = 2;
const FIRST_VERSION_FOR_BROKERS = 4;
const FIRST_VERSION_OF_ABORTABLE = 5;

export const addPartitionsToTxn = defineApi({
  request: addPartitionsToTxnRequest,
  response: addPartitionsToTxnResponse,
  minVersion: 0,
  maxVersion: 5,
  async handle(request, { apiVersion }, services) {
    if (apiVersion >= FIRST_VERSION_FOR_BROKERS) {
      const answers = request.transactions.map((transaction) =>
        answerBroker(transaction, apiVersion, services),
      );
      return { resultsByTransaction: await Promise.all(answers) };
    }
    const topics = request.v3AndBelowTopics;
    const fault = partitionFaults(topics, services.image(), isInternalTopic);
    if (fault !== null) return { resultsByTopicV3AndBelow: partitionResults(topics, fault) };
    const errorCode = await services.transactionCoordinator.addPartitions({
      transactionalId: request.v3AndBelowTransactionalId,
      producerId: Number(request.v3AndBelowProducerId),
      producerEpoch: request.v3AndBelowProducerEpoch,
      partitions: partitionsOf(topics),
      clientTransactionVersion: 0,
    });
    const code = fencedCode(errorCode, apiVersion >= FIRST_VERSION_OF_FENCED);
    return { resultsByTopicV3AndBelow: partitionResults(topics, () => code) };
  },
});

/** The code of each partition when one of them cannot be added; null when all can. */
function partitionFaults(
  topics: readonly NamedPartitions[],
  { topicsByName }: MetadataImage,
  isForbidden: (topic: string) => boolean,
): ((topic: string, partition: number) => number) | null {
  const faultOf = (topic: string, partition: number): number => {
    if (isForbidden(topic)) return ErrorCode.TOPIC_AUTHORIZATION_FAILED;
    return topicsByName.get(topic)?.partitions.has(partition) === true
      ? 0
      : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  };
  const isAnyBad = topics.some(({ name, partitions }) => partitions.some((one) => faultOf(name, one) !== 0));
  return isAnyBad
    ? (topic, partition) => faultOf(topic, partition) || ErrorCode.OPERATION_NOT_ATTEMPTED
    : null;
}

/** One transaction of a broker's request: partitions are added, or only looked for. */
async function answerBroker(
  { transactionalId, producerId, producerEpoch, verifyOnly, topics }: BrokerQuestion,
  apiVersion: number,
  services: BrokerServices,
) {
  const { transactionCoordinator } = services;
  const partitions = partitionsOf(topics);
  const question = { transactionalId, producerId: Number(producerId), producerEpoch, partitions };
  const answer = (codeOf: (topic: string, partition: number) => number) => ({
    transactionalId,
    topicResults: partitionResults(topics, codeOf),
  });
  if (verifyOnly) {
    const { errorCode, isAnnounced } = transactionCoordinator.verify(question);
    const isKnown = apiVersion >= FIRST_VERSION_OF_ABORTABLE;
    const missing = abortableCode(ErrorCode.TRANSACTION_ABORTABLE, isKnown);
    return answer((topic, partition) => errorCode || (isAnnounced(topic, partition) ? 0 : missing));
  }
  const fault = partitionFaults(topics, services.image(), () => false);
  if (fault !== null) return answer(fault);
  const errorCode = await transactionCoordinator.addPartitions({ ...question, clientTransactionVersion: 2 });
  return answer(() => errorCode);
}
