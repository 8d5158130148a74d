/**
 * The APIs of transactions, every version they advertise: a request is encoded, decoded, handled by a real coordinator, and its
 * answer must be encodable in that version. What the answers say is tested with the coordinator; here what versions
 * change, and what the handlers refuse by themselves.
 */
import { describe, expect, it } from 'vitest';
import { emptyImage } from '../controller/image.ts';
import { OFFSETS_TOPIC } from '../controller/topic-name.ts';
import { GroupTestKit } from '../coordinator/group/group-test-kit.ts';
import { MarkerWriter } from '../coordinator/transaction/marker-writer.ts';
import { TransactionTestKit } from '../coordinator/transaction/transaction-test-kit.ts';
import type { AppendRequest } from '../replication/replica-requests.ts';
import { produce } from './00-produce.ts';
import { findCoordinator } from './10-find-coordinator.ts';
import { initProducerId } from './22-init-producer-id.ts';
import { addPartitionsToTxn } from './24-add-partitions-to-txn.ts';
import { addOffsetsToTxn } from './25-add-offsets-to-txn.ts';
import { endTxn } from './26-end-txn.ts';
import { writeTxnMarkers } from './27-write-txn-markers.ts';
import { txnOffsetCommit } from './28-txn-offset-commit.ts';
import { describeTransactions } from './65-describe-transactions.ts';
import { listTransactions } from './66-list-transactions.ts';
import type { ApiHandler } from './api-handler.ts';
import type { BrokerServices } from './broker-services.ts';
import { callApi, type Fields, versionsOf } from './test-call.ts';

const FENCED = 90;
const OLD_FENCED = 47;
const producer = { producerId: 1000n, producerEpoch: 0 };

async function started(): Promise<TransactionTestKit> {
  const kit = new TransactionTestKit();
  await kit.start();
  await kit.init('x');
  return kit;
}

function servicesOf(kit: TransactionTestKit): BrokerServices {
  const markerWriter = new MarkerWriter({
    replicaManager: { endTransaction: ({ partition }) => Promise.resolve({ errorCode: partition }) },
    groupCoordinator: { endTransaction: (partition) => Promise.resolve(partition === 1 ? 16 : 0) },
    timeoutMs: () => 1_000,
  });
  return {
    ...{ transactionCoordinator: kit.coordinator, platform: kit.platform, markerWriter },
    image: () => kit.image,
  } as unknown as BrokerServices;
}

function call(kit: TransactionTestKit, api: ApiHandler, version: number, request: Fields): Promise<Fields> {
  return callApi(servicesOf(kit), api, version, request, () => kit.advance(1));
}

/** Those that clients use; the others are for brokers. */
const addVersions = [0, 1, 2, 3];

function add(kit: TransactionTestKit, version: number, topics: readonly Fields[], producerEpoch = 0) {
  return call(kit, addPartitionsToTxn, version, {
    v3AndBelowTransactionalId: 'x',
    v3AndBelowProducerId: 1000n,
    v3AndBelowProducerEpoch: producerEpoch,
    v3AndBelowTopics: topics,
  });
}

describe('a fenced producer is told by a code that its version knows', () => {
  it.each(versionsOf(initProducerId))('InitProducerId %d', async (version) => {
    const kit = await started();
    const request = { transactionalId: 'x', transactionTimeoutMs: 1_000 };
    const named = version >= 3 ? { producerId: 77n, producerEpoch: 0 } : {};
    const answer = await call(kit, initProducerId, version, { ...request, ...named });
    if (version < 3) expect(answer).toMatchObject({ errorCode: 0, producerId: 1000n, producerEpoch: 1 });
    else expect(answer).toMatchObject({ errorCode: version === 3 ? OLD_FENCED : FENCED, producerId: -1n });
  });

  it.each(addVersions)('AddPartitionsToTxn %d', async (version) => {
    const kit = await started();
    const topics = [{ name: 't', partitions: [0, 3] }];
    const results = (partitionErrorCode: number) => [
      {
        name: 't',
        resultsByPartition: [0, 3].map((partitionIndex) => ({ partitionIndex, partitionErrorCode })),
      },
    ];
    const fenced = await add(kit, version, topics, 5);
    expect(fenced.resultsByTopicV3AndBelow).toEqual(results(version < 2 ? OLD_FENCED : FENCED));
    expect((await add(kit, version, topics)).resultsByTopicV3AndBelow).toEqual(results(0));
  });

  it.each(versionsOf(addOffsetsToTxn))('AddOffsetsToTxn %d', async (version) => {
    const kit = await started();
    const ask = async (fields: Fields) =>
      (
        await call(kit, addOffsetsToTxn, version, {
          transactionalId: 'x',
          groupId: 'g',
          ...producer,
          ...fields,
        })
      ).errorCode;
    expect(await ask({})).toBe(15);
    kit.createTopic(OFFSETS_TOPIC, 50);
    expect(await ask({ producerEpoch: 5 })).toBe(version < 2 ? OLD_FENCED : FENCED);
    expect(await ask({})).toBe(0);
    expect(kit.coordinator.describe('x').stored?.partitions.get(OFFSETS_TOPIC)?.size).toBe(1);
  });

  it.each(versionsOf(endTxn))('EndTxn %d', async (version) => {
    const kit = await started();
    await add(kit, 3, [{ name: 't', partitions: [0] }]);
    const request = { transactionalId: 'x', committed: true, ...producer };
    const fenced = await call(kit, endTxn, version, { ...request, producerEpoch: 5 });
    expect(fenced.errorCode).toBe(version < 2 ? OLD_FENCED : FENCED);
    const raised = version < 5 ? {} : { producerId: 1000n, producerEpoch: 1 };
    expect(await call(kit, endTxn, version, request)).toMatchObject({ errorCode: 0, ...raised });
    expect(kit.coordinator.describe('x').stored?.producerEpoch).toBe(version < 5 ? 0 : 1);
  });
});

it.each(addVersions)(
  'AddPartitionsToTxn %d adds none when one does not exist or is not for clients',
  async (version) => {
    const kit = await started();
    const topics = [
      { name: 't', partitions: [0, 4] },
      { name: '__transaction_state', partitions: [0] },
    ];
    const { resultsByTopicV3AndBelow } = await add(kit, version, topics);
    expect(resultsByTopicV3AndBelow).toMatchObject([
      { resultsByPartition: [{ partitionErrorCode: 55 }, { partitionErrorCode: 3 }] },
      { resultsByPartition: [{ partitionErrorCode: 29 }] },
    ]);
    expect(kit.stateOf()).toBe('Empty');
  },
);

it.each(versionsOf(findCoordinator).slice(1))(
  'FindCoordinator %d finds that of a transactional id',
  async (version) => {
    const kit = await started();
    const key = version < 4 ? { key: 'x' } : { coordinatorKeys: ['x'] };
    const answer = await call(kit, findCoordinator, version, { ...key, keyType: 1 });
    const found = version < 4 ? answer : (answer.coordinators as Fields[])[0];
    expect(found).toMatchObject({ errorCode: 0, nodeId: 0, host: 'localhost', port: 9092 });
  },
);

it.each(versionsOf(writeTxnMarkers))(
  'WriteTxnMarkers %d says how the transaction was run',
  async (version) => {
    const seen: unknown[] = [];
    const markerWriter = new MarkerWriter({
      replicaManager: {
        endTransaction: ({ transactionVersion }) => {
          seen.push(transactionVersion);
          return Promise.resolve({ errorCode: 0 });
        },
      },
      groupCoordinator: {
        endTransaction: (_partition, { transactionVersion }) => {
          seen.push(transactionVersion);
          return Promise.resolve(0);
        },
      },
      timeoutMs: () => 1_000,
    });
    const topics = ['t', OFFSETS_TOPIC].map((name) => ({ name, partitionIndexes: [0] }));
    const said = version < 2 ? {} : { transactionVersion: 2 };
    const marker = { ...producer, transactionResult: true, coordinatorEpoch: 0, topics, ...said };
    const services = { markerWriter } as unknown as BrokerServices;
    await callApi(services, writeTxnMarkers, version, { markers: [marker] });
    expect(seen).toEqual(version < 2 ? [0, 0] : [2, 2]);
  },
);

it.each(versionsOf(writeTxnMarkers))('WriteTxnMarkers %d answers for each partition', async (version) => {
  const kit = await started();
  const topics = [
    { name: 't', partitionIndexes: [0, 6] },
    { name: OFFSETS_TOPIC, partitionIndexes: [0, 1] },
  ];
  const marker = { ...producer, transactionResult: true, coordinatorEpoch: 0, topics };
  const answer = await call(kit, writeTxnMarkers, version, { markers: [marker] });
  const codes = (first: number, second: number) => [{ errorCode: first }, { errorCode: second }];
  // A group coordinator that is not here is a leader that is not here.
  expect(answer.markers).toMatchObject([
    { producerId: 1000n, topics: [{ partitions: codes(0, 6) }, { partitions: codes(0, 6) }] },
  ]);
});

it('DescribeTransactions tells what is open', async () => {
  const kit = await started();
  await add(kit, 3, [{ name: 't', partitions: [0, 2] }]);
  const answer = await call(kit, describeTransactions, 0, { transactionalIds: ['x', 'nobody', ''] });
  expect(answer.transactionStates).toMatchObject([
    {
      ...{ errorCode: 0, transactionalId: 'x', transactionState: 'Ongoing', transactionTimeoutMs: 60_000 },
      ...{ ...producer, topics: [{ topic: 't', partitions: [0, 2] }] },
    },
    { errorCode: 105, transactionalId: 'nobody' },
    { errorCode: 42, transactionalId: '' },
  ]);
});

it.each(versionsOf(listTransactions))('ListTransactions %d filters', async (version) => {
  const kit = await started();
  await kit.init('y');
  await add(kit, 3, [{ name: 't', partitions: [0] }]);
  await kit.advance(5_000);
  const idsOf = async (fields: Fields) => {
    const answer = await call(kit, listTransactions, version, {
      ...{ stateFilters: [], producerIdFilters: [] },
      ...fields,
    });
    const states = answer.transactionStates as { transactionalId: string }[];
    return [states.map(({ transactionalId }) => transactionalId).sort(), answer.unknownStateFilters];
  };
  expect(await idsOf({})).toEqual([['x', 'y'], []]);
  expect(await idsOf({ stateFilters: ['Ongoing', 'Odd'] })).toEqual([['x'], ['Odd']]);
  expect(await idsOf({ producerIdFilters: [1001n] })).toEqual([['y'], []]);
  if (version >= 1) {
    expect(await idsOf({ durationFilter: 4_000n })).toEqual([['x'], []]);
    expect(await idsOf({ durationFilter: 6_000n })).toEqual([[], []]);
  }
});

it.each([4, 5])('AddPartitionsToTxn %d tells a leader what is announced, and adds', async (version) => {
  const kit = await started();
  const ask = async (fields: Fields, partitions = [0, 1]) => {
    const topics = [{ name: 't', partitions }];
    const transaction = { transactionalId: 'x', ...producer, verifyOnly: true, topics, ...fields };
    const answer = await call(kit, addPartitionsToTxn, version, { transactions: [transaction] });
    const [result] = answer.resultsByTransaction as {
      topicResults: { resultsByPartition: { partitionErrorCode: number }[] }[];
    }[];
    return result?.topicResults[0]?.resultsByPartition.map((one) => one.partitionErrorCode);
  };
  const missing = version < 5 ? 48 : 120;
  expect(await ask({})).toEqual([missing, missing]);
  expect(await ask({ verifyOnly: false }, [0])).toEqual([0]);
  expect(await ask({})).toEqual([0, missing]);
  expect(await ask({ producerEpoch: 5 })).toEqual([FENCED, FENCED]);
  expect(await ask({ transactionalId: 'nobody' })).toEqual([49, 49]);
  expect(await ask({ verifyOnly: false }, [0, 9])).toEqual([55, 3]);
  kit.createTopic(OFFSETS_TOPIC, 50);
  const offsets = { verifyOnly: false, topics: [{ name: OFFSETS_TOPIC, partitions: [7] }] };
  expect(await ask(offsets)).toEqual([0]);
  expect(kit.coordinator.describe('x').stored?.partitions.get(OFFSETS_TOPIC)).toEqual(new Set([7]));
});

describe('who may not go on is told to abort by a code that its version knows', () => {
  const abortable = { errorCode: 120, baseOffset: -1, logAppendTimeMs: -1, logStartOffset: -1 };

  it.each(versionsOf(produce).filter((version) => version >= 3))('Produce %d', async (version) => {
    const services = {
      replicaManager: {
        append: (request: AppendRequest) => {
          expect(request.leaderAnnounces).toBe(version >= 12);
          return Promise.resolve(abortable);
        },
      },
      image: () => emptyImage('cluster'),
    };
    const topicData = [{ name: 't', partitionData: [{ index: 0, records: Buffer.alloc(61, 2) }] }];
    const request = { transactionalId: 'x', acks: -1, timeoutMs: 1_000, topicData };
    const answer = await callApi(services as unknown as BrokerServices, produce, version, request);
    const partitionResponses = [{ index: 0, errorCode: version < 11 ? 48 : 120 }];
    expect(answer.responses).toMatchObject([{ name: 't', partitionResponses }]);
  });

  it.each(versionsOf(txnOffsetCommit))('TxnOffsetCommit %d', async (version) => {
    const kit = new GroupTestKit();
    await kit.start();
    kit.log.admission = { errorCode: 120, isStillSo: () => true };
    const partitions = [{ partitionIndex: 0, committedOffset: 7n, committedMetadata: null }];
    const request = { transactionalId: 'x', groupId: 'g', ...producer, topics: [{ name: 't', partitions }] };
    const services = { groupCoordinator: kit.coordinator };
    const answer = await callApi(services, txnOffsetCommit, version, request, () => kit.advance(1));
    const told = [{ partitionIndex: 0, errorCode: version < 4 ? 48 : 120 }];
    expect(answer.topics).toEqual([{ name: 't', partitions: told }]);
    expect(kit.log.asked).toMatchObject([{ leaderAnnounces: version >= 5 }]);
  });
});
