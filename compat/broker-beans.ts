/**
 * What our broker tells of itself, beside Apache Kafka with Jolokia's agent and the same traffic: each bean of the list is there on both, with
 * the same attributes, and Jolokia's protocol answers alike. AQUILA_JOLOKIA_AGENT names the agent's jar (see broker-metrics.ts).
 */
import { existsSync } from 'node:fs';
import type { Kafka } from 'kafkajs';
import { startTestBroker } from '../broker/integration/broker-harness.ts';
import { temporaryDirectory } from '../broker/integration/broker-process.ts';
import { startApacheKafka } from './apache-kafka-broker.ts';
import { freePorts } from '../scripts/testing/free-ports.ts';
import type { CompatCase } from './compat-case.ts';
import { lacksTools } from './kafka-distribution.ts';

const TOPIC = 'seen';
const ANSWER_LIMIT_MS = 30_000;
const SETTLED_LIMIT_MS = 60_000;
const LOOK_AGAIN_MS = 500;

const named = (type: string, names: readonly string[], tags = ''): readonly string[] =>
  names.map((name) => `${type},name=${name}${tags}`);

const ofPartition = `,topic=${TOPIC},partition=0`;
const anyVersion = ',request=Produce,version=*';
const ofProduce = ',request=Produce';

/** Object names, some with patterns where numbers differ, which both brokers have after the same traffic. */
const BEANS: readonly string[] = [
  ...named('kafka.server:type=BrokerTopicMetrics', [
    ...['MessagesInPerSec', 'BytesInPerSec', 'BytesOutPerSec', 'BytesRejectedPerSec'],
    ...['FailedFetchRequestsPerSec', 'FailedProduceRequestsPerSec', 'TotalFetchRequestsPerSec'],
    ...['TotalProduceRequestsPerSec', 'ProduceMessageConversionsPerSec', 'FetchMessageConversionsPerSec'],
    ...['ReplicationBytesInPerSec', 'ReplicationBytesOutPerSec'],
  ]),
  ...named(
    'kafka.server:type=BrokerTopicMetrics',
    [
      'MessagesInPerSec',
      'BytesInPerSec',
      'BytesOutPerSec',
      'TotalFetchRequestsPerSec',
      'TotalProduceRequestsPerSec',
    ],
    `,topic=${TOPIC}`,
  ),
  ...named('kafka.log:type=Log', ['Size', 'LogStartOffset', 'LogEndOffset', 'NumLogSegments'], ofPartition),
  ...named(
    'kafka.cluster:type=Partition',
    [
      'UnderReplicated',
      'InSyncReplicasCount',
      'ReplicasCount',
      'LastStableOffsetLag',
      'UnderMinIsr',
      'AtMinIsr',
    ],
    ofPartition,
  ),
  ...named('kafka.server:type=ReplicaManager', [
    ...[
      'UnderReplicatedPartitions',
      'UnderMinIsrPartitionCount',
      'AtMinIsrPartitionCount',
      'OfflineReplicaCount',
    ],
    ...['PartitionCount', 'LeaderCount', 'ReassigningPartitions'],
    ...['IsrShrinksPerSec', 'IsrExpandsPerSec', 'FailedIsrUpdatesPerSec'],
  ]),
  ...named('kafka.controller:type=KafkaController', [
    ...[
      'ActiveControllerCount',
      'OfflinePartitionsCount',
      'PreferredReplicaImbalanceCount',
      'GlobalTopicCount',
    ],
    ...[
      'GlobalPartitionCount',
      'ActiveBrokerCount',
      'FencedBrokerCount',
      'ControlledShutdownBrokerCount',
      'LastAppliedRecordOffset',
    ],
    ...[
      'LastAppliedRecordTimestamp',
      'LastAppliedRecordLagMs',
      'LastCommittedRecordOffset',
      'MetadataErrorCount',
    ],
  ]),
  ...named('kafka.controller:type=ControllerStats', [
    'UncleanLeaderElectionsPerSec',
    'ElectionFromEligibleLeaderReplicasPerSec',
  ]),
  ...named('kafka.network:type=RequestMetrics', ['RequestsPerSec'], anyVersion),
  ...named(
    'kafka.network:type=RequestMetrics',
    [
      ...['TotalTimeMs', 'RequestQueueTimeMs', 'LocalTimeMs', 'RemoteTimeMs', 'ThrottleTimeMs'],
      ...['ResponseQueueTimeMs', 'ResponseSendTimeMs', 'RequestBytes'],
    ],
    ofProduce,
  ),
  ...['Fetch', 'FetchConsumer', 'FetchFollower', 'Metadata', 'JoinGroup', 'OffsetCommit', 'EndTxn'].map(
    (request) => `kafka.network:type=RequestMetrics,name=TotalTimeMs,request=${request}`,
  ),
  'kafka.network:type=RequestMetrics,name=ErrorsPerSec,request=Produce,error=NONE',
  ...named('kafka.network:type=RequestChannel', ['RequestQueueSize', 'ResponseQueueSize']),
  'kafka.network:type=RequestChannel,name=ResponseQueueSize,processor=0',
  ...named('kafka.network:type=SocketServer', [
    'NetworkProcessorAvgIdlePercent',
    'ExpiredConnectionsKilledCount',
  ]),
  'kafka.network:type=Processor,name=IdlePercent,networkProcessor=0',
  'kafka.server:type=KafkaRequestHandlerPool,name=RequestHandlerAvgIdlePercent',
  ...['Produce', 'Fetch'].flatMap((operation) =>
    named(
      'kafka.server:type=DelayedOperationPurgatory',
      ['PurgatorySize', 'NumDelayedOperations'],
      `,delayedOperation=${operation}`,
    ),
  ),
  'kafka.server:type=DelayedProduceMetrics,name=ExpiresPerSec',
  ...named(
    'kafka.server:type=ReplicaFetcherManager',
    ['MaxLag', 'FailedPartitionsCount'],
    ',clientId=Replica',
  ),
  ...named('kafka.server:type=FetchSessionCache', [
    ...['NumIncrementalFetchSessions', 'NumIncrementalFetchPartitionsCached'],
    'IncrementalFetchSessionEvictionsPerSec',
  ]),
  'kafka.log:type=LogFlushStats,name=LogFlushRateAndTimeMs',
  ...named('kafka.log:type=LogManager', ['OfflineLogDirectoryCount']),
  ...named('kafka.log:type=LogCleaner', ['DeadThreadCount', 'max-clean-time-secs', 'cleaner-recopy-percent']),
  ...named('kafka.log:type=LogCleanerManager', ['max-dirty-percent', 'time-since-last-run-ms']),
  ...named('kafka.coordinator.group:type=GroupMetadataManager', [
    ...['NumGroups', 'NumOffsets', 'NumGroupsStable', 'NumGroupsEmpty', 'NumGroupsDead'],
    ...['NumGroupsPreparingRebalance', 'NumGroupsCompletingRebalance'],
  ]),
  ...['loading', 'active', 'failed'].map(
    (state) => `kafka.server:type=group-coordinator-metrics,state=${state}`,
  ),
  'kafka.server:type=group-coordinator-metrics,protocol=classic',
  'kafka.server:type=group-coordinator-metrics,protocol=consumer',
  'kafka.server:type=group-coordinator-metrics',
  'kafka.server:type=transaction-coordinator-metrics',
  'kafka.coordinator.transaction:type=TransactionMarkerChannelManager,name=UnknownDestinationQueueSize',
  ...named('kafka.server:type=KafkaServer', [
    ...['BrokerState', 'ClusterId', 'linux-disk-read-bytes', 'linux-disk-write-bytes'],
  ]),
  ...named('kafka.server:type=MetadataLoader', ['CurrentControllerId', 'CurrentMetadataVersion']),
  'kafka.server:type=MetadataLoader,name=FinalizedLevel,featureName=metadataVersion',
  'kafka.server:type=raft-metrics',
  'kafka.server:type=broker-metadata-metrics',
  'kafka.server:type=socket-server-metrics,listener=*,networkProcessor=0',
  'kafka.server:type=app-info,id=0',
  'java.lang:type=OperatingSystem',
  'java.lang:type=Memory',
  'java.lang:type=Threading',
  'java.lang:type=Runtime',
  'java.lang:type=GarbageCollector,name=*',
];

/** Attributes that are ours alone: what Kafka says of its clients, and of the whole server instead of each listener. */
const OWN: ReadonlySet<string> = new Set(['version', 'commit-id', 'start-time-ms', 'connection-count']);

const MEMORY = 'java.lang:type=Memory';

/** Requests about what both have, by path and query; values are numbers that differ, so their shapes are compared. */
const ASKED: readonly (string | readonly unknown[] | Readonly<Record<string, unknown>>)[] = [
  '/version',
  `/read/${MEMORY}/HeapMemoryUsage/used`,
  `/read/${MEMORY}/HeapMemoryUsage/nope`,
  `/read/${MEMORY}/Nope`,
  `/read/${MEMORY}/HeapMemoryUsage,Nope`,
  `/read/${MEMORY}/HeapMemoryUsage,Nope?ignoreErrors=true`,
  `/read/${MEMORY}/HeapMemoryUsage,NonHeapMemoryUsage/used`,
  `/read/${MEMORY}/HeapMemoryUsage?maxDepth=1`,
  `/read/${MEMORY}/HeapMemoryUsage?includeRequest=false`,
  '/read/kafka.server:type=Nothing',
  '/read/x:type=*',
  '/read',
  '/search',
  '/bogus',
  '/read/kafka.server:type=ReplicaManager,name=PartitionCount',
  '/read/kafka.server:name=PartitionC*t,type=ReplicaManager/Value',
  '/read/kafka.server:name=PartitionC*t,type=ReplicaManager/Nope',
  '/read/java.lang:type=Memory*/HeapMemoryUsage/*/*/used',
  '/read/java.lang:type=Memory*/HeapMemoryUsage/*/used',
  '/search/kafka.server:type=ReplicaManager,name=PartitionC*t',
  '/search/x:type=*',
  '/list/nope',
  '/list/java.lang/type=Nope',
  `/list/java.lang/type=Memory/nope`,
  '/list/kafka.server/type=ReplicaManager,name=PartitionCount/attr?maxDepth=1',
  { type: 'read', mbean: MEMORY, attribute: 'HeapMemoryUsage', path: 'used' },
  { type: 'READ', mbean: MEMORY, attribute: ['HeapMemoryUsage', 'Nope'], config: { ignoreErrors: true } },
  { type: 'read', mbean: MEMORY, attribute: 'Nope', config: { serializeException: true } },
  { type: 'read' },
  { type: 'bogus' },
  {},
  [],
  [
    { type: 'version' },
    { type: 'read', mbean: 'a:b=c' },
    { type: 'search', mbean: 'kafka.server:type=raft-metrics' },
  ],
  [{ type: 'version' }, 'nonsense'],
];

export const brokerBeansCases: readonly CompatCase[] = [
  {
    name: 'broker beans and answers of Jolokia are those of Apache Kafka with its agent',
    missing: async () => {
      const jar = process.env['AQUILA_JOLOKIA_AGENT'] ?? '';
      if (jar === '') return 'AQUILA_JOLOKIA_AGENT is not set (the jar of the agent)';
      if (!existsSync(jar)) return `AQUILA_JOLOKIA_AGENT=${jar} does not exist`;
      return lacksTools('kafka-server-start', 'kafka-storage');
    },
    run: compareBeans,
  },
];

async function compareBeans(): Promise<void> {
  const directory = temporaryDirectory();
  const [agentPort = 0] = await freePorts(1);
  const theirs = await startApacheKafka(directory.path, {
    KAFKA_OPTS: `-javaagent:${process.env['AQUILA_JOLOKIA_AGENT'] ?? ''}=port=${String(agentPort)},host=127.0.0.1`,
  });
  const ours = await startTestBroker();
  try {
    const [agent, own] = [jolokiaAt(agentPort), jolokiaAt(ours.metricsPort)];
    await Promise.all([useBroker(theirs.kafka), useBroker(ours.kafka())]);
    const problems: string[] = [];
    for (const bean of BEANS) problems.push(...(await differences(bean, own, agent)));
    for (const asked of ASKED) {
      const [said, expected] = await Promise.all([own.ask(asked), agent.ask(asked)]);
      if (JSON.stringify(shapeOf(said)) === JSON.stringify(shapeOf(expected))) continue;
      problems.push(
        `${JSON.stringify(asked)} is answered ${JSON.stringify(said).slice(0, 400)}, and by Jolokia ${JSON.stringify(expected).slice(0, 400)}`,
      );
    }
    if (problems.length > 0) throw new Error(problems.join('\n'));
  } finally {
    await ours.remove();
    await theirs.stop();
    directory.remove();
  }
}

/** A transaction, a group that commits, and the metadata that goes with them. */
async function useBroker(kafka: Kafka): Promise<void> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: TOPIC, numPartitions: 1 }], waitForLeaders: true });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, transactionalId: 'told', maxInFlightRequests: 1 });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: TOPIC, messages: [{ value: 'once' }] });
  await transaction.commit();
  await producer.disconnect();
  const consumer = kafka.consumer({ groupId: 'told' });
  await consumer.connect();
  await consumer.subscribe({ topic: TOPIC, fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    const eachMessage = (): Promise<void> => {
      resolve();
      return Promise.resolve();
    };
    consumer.run({ eachMessage }).catch(reject);
  });
  await consumer.commitOffsets([{ topic: TOPIC, partition: 0, offset: '1' }]);
  await consumer.disconnect();
}

interface Jolokia {
  ask(asked: (typeof ASKED)[number]): Promise<unknown>;
  /** By object name; empty: there is none. */
  read(mbean: string): Promise<ReadonlyMap<string, readonly string[]>>;
}

function jolokiaAt(port: number): Jolokia {
  const base = `http://127.0.0.1:${String(port)}/jolokia`;
  const ask: Jolokia['ask'] = async (asked) => {
    const signal = AbortSignal.timeout(ANSWER_LIMIT_MS);
    const response =
      typeof asked === 'string'
        ? await fetch(`${base}${asked}`, { signal })
        : await fetch(`${base}/`, { method: 'POST', body: JSON.stringify(asked), signal });
    return response.json();
  };
  return {
    ask,
    read: async (mbean) => {
      // As a pattern, so that one bean is told as many are.
      const pattern = mbean.includes('*') ? mbean : mbean.replace(/=([^=,]+)$/, '=$1*');
      const answer = (await ask({ type: 'read', mbean: pattern, config: { ignoreErrors: true } })) as {
        readonly value?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
      };
      return new Map(Object.entries(answer.value ?? {}).map(([name, told]) => [name, Object.keys(told)]));
    },
  };
}

/** Beans come with the first use, which may be told a moment later. */
async function differences(bean: string, own: Jolokia, agent: Jolokia): Promise<readonly string[]> {
  const deadline = Date.now() + SETTLED_LIMIT_MS;
  for (;;) {
    const [ours, theirs] = await Promise.all([own.read(bean), agent.read(bean)]);
    if (theirs.size === 0) return [`Apache Kafka has no ${bean}`];
    if (ours.size > 0) {
      const known = new Set([...theirs.values()].flat());
      const invented = [...new Set([...ours.values()].flat())].filter(
        (name) => !known.has(name) && !OWN.has(name),
      );
      return invented.length === 0 ? [] : [`${bean} has ${invented.join(', ')} in our broker alone`];
    }
    if (Date.now() > deadline) return [`${bean} is missing in our broker`];
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}

/** What must be alike: which fields there are, statuses and classes of errors, and what kind of value came. */
function shapeOf(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(shapeOf);
  if (typeof answer !== 'object' || answer === null) return typeof answer;
  const { request, status, value, error_type, error_value, ...rest } = answer as Record<string, unknown>;
  return {
    status,
    error_type,
    fields: Object.keys(rest).sort(),
    hasErrorValue: error_value !== undefined,
    request: request === undefined ? null : Object.entries(request as object).sort(),
    value: valueShape(value),
  };
}

function valueShape(value: unknown): unknown {
  if (Array.isArray(value)) return 'list';
  if (typeof value !== 'object' || value === null) return value === null ? 'null' : typeof value;
  const entries = Object.entries(value).filter(([name]) => name !== 'Verbose');
  if (entries.some(([name]) => name === 'agent')) return 'a version';
  return Object.fromEntries(entries.map(([name, inner]) => [name, valueShape(inner)] as const).sort());
}
