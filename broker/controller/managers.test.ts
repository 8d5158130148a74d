/** The pure decisions of the controller, as tables of what is refused and why. */
import { describe, expect, it } from 'vitest';
import { ErrorCode, errorOf } from '../../protocol/errors.ts';
import { incrementalAlterConfigs, replaceConfigs } from './alter-configs.ts';
import { brokerRecord, imageOf, POLICY, RULES, topicRecords, topicRequest } from './controller-test-kit.ts';
import { createPartitions, type PartitionsToCreate } from './create-partitions.ts';
import { type CreatableTopic, createTopics, type CreateTopicsInput } from './create-topics.ts';
import { deleteTopics } from './delete-topics.ts';
import { MAX_RECORDS_PER_COMMAND } from './metadata-record.ts';

const T1 = 'AAAAAAAAAAAAAAAAAAAAAQ';
const T2 = 'AAAAAAAAAAAAAAAAAAAAAg';
const ZERO = 'AAAAAAAAAAAAAAAAAAAAAA';

const image = imageOf([
  ...[brokerRecord(0), brokerRecord(1), brokerRecord(2, null, true)],
  ...topicRecords('taken', T1, [[0], [1]]),
  ...topicRecords('with.dot', T2, [[0]]),
  { type: 'ConfigRecord', resourceType: 2, resourceName: 'taken', name: 'retention.ms', value: '5' },
  ...topicRecords('__consumer_offsets', 'AAAAAAAAAAAAAAAAAAAAAw', [[0]]),
]);

function create(topics: readonly CreatableTopic[], changes: Partial<CreateTopicsInput> = {}) {
  let next = 0;
  return createTopics({
    ...{ topics, validateOnly: false, allowInternal: false, image, policy: POLICY, rules: RULES },
    newTopicId: () => `NEWTOPIC${String(++next).padStart(13, '0')}A`,
    randomBelow: () => 0,
    ...changes,
  });
}

function name(code: number): string {
  return errorOf(code).name;
}

describe('createTopics', () => {
  const refusals: [string, CreatableTopic, string][] = [
    ['an empty name', topicRequest(''), 'INVALID_TOPIC_EXCEPTION'],
    ['a dot', topicRequest('.'), 'INVALID_TOPIC_EXCEPTION'],
    ['two dots', topicRequest('..'), 'INVALID_TOPIC_EXCEPTION'],
    ['a path', topicRequest('../../etc'), 'INVALID_TOPIC_EXCEPTION'],
    ['a slash', topicRequest('a/b'), 'INVALID_TOPIC_EXCEPTION'],
    ['a zero byte', topicRequest('a\0b'), 'INVALID_TOPIC_EXCEPTION'],
    ['a letter outside ASCII', topicRequest('ä'), 'INVALID_TOPIC_EXCEPTION'],
    ['250 characters', topicRequest('x'.repeat(250)), 'INVALID_TOPIC_EXCEPTION'],
    ['an internal topic', topicRequest('__transaction_state'), 'INVALID_TOPIC_EXCEPTION'],
    ['the metadata topic', topicRequest('__cluster_metadata'), 'INVALID_REQUEST'],
    ['an internal topic that exists', topicRequest('__consumer_offsets'), 'TOPIC_ALREADY_EXISTS'],
    ['a name that exists', topicRequest('taken'), 'TOPIC_ALREADY_EXISTS'],
    ['a collision of dot and underscore', topicRequest('with_dot'), 'INVALID_TOPIC_EXCEPTION'],
    ['no partitions', topicRequest('n', { numPartitions: 0 }), 'INVALID_PARTITIONS'],
    ['negative partitions', topicRequest('n', { numPartitions: -2 }), 'INVALID_PARTITIONS'],
    [
      'too many partitions for one batch',
      topicRequest('n', { numPartitions: MAX_RECORDS_PER_COMMAND }),
      'POLICY_VIOLATION',
    ],
    ['2^31-1 partitions', topicRequest('n', { numPartitions: 2 ** 31 - 1 }), 'POLICY_VIOLATION'],
    ['no replicas', topicRequest('n', { replicationFactor: 0 }), 'INVALID_REPLICATION_FACTOR'],
    [
      'more replicas than registered brokers',
      topicRequest('n', { replicationFactor: 4 }),
      'INVALID_REPLICATION_FACTOR',
    ],
    ['an unknown config', topicRequest('n', { configs: [{ name: 'nope', value: '1' }] }), 'INVALID_CONFIG'],
    [
      'a bad config value',
      topicRequest('n', { configs: [{ name: 'retention.ms', value: 'x' }] }),
      'INVALID_CONFIG',
    ],
    [
      'a config without a value',
      topicRequest('n', { configs: [{ name: 'retention.ms', value: null }] }),
      'INVALID_CONFIG',
    ],
    [
      'an assignment and a count',
      topicRequest('n', { numPartitions: 1, assignments: [{ partitionIndex: 0, brokerIds: [0] }] }),
      'INVALID_REQUEST',
    ],
    [
      'an assignment with a gap',
      topicRequest('n', { assignments: [{ partitionIndex: 1, brokerIds: [0] }] }),
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'an assignment to nobody',
      topicRequest('n', { assignments: [{ partitionIndex: 0, brokerIds: [] }] }),
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'an assignment to one broker twice',
      topicRequest('n', { assignments: [{ partitionIndex: 0, brokerIds: [1, 1] }] }),
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'an assignment to a fenced broker',
      topicRequest('n', { assignments: [{ partitionIndex: 0, brokerIds: [2] }] }),
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'assignments of different sizes',
      topicRequest('n', {
        assignments: [
          { partitionIndex: 0, brokerIds: [0, 1] },
          { partitionIndex: 1, brokerIds: [0] },
        ],
      }),
      'INVALID_REPLICA_ASSIGNMENT',
    ],
  ];
  it.each(refusals)('refuses %s', (_what, topic, expected) => {
    const { records, response } = create([topic]);
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual([expected]);
    expect(response[0]?.errorMessage).toBeTruthy();
    expect(records).toEqual([]);
  });

  it('creates with the defaults, with counts, and as assigned', () => {
    const { records, response } = create([
      topicRequest('x'.repeat(249)),
      topicRequest('counted', {
        numPartitions: 3,
        replicationFactor: 2,
        configs: [{ name: 'retention.ms', value: '9' }],
      }),
      topicRequest('assigned', {
        assignments: [
          { partitionIndex: 1, brokerIds: [1, 0] },
          { partitionIndex: 0, brokerIds: [0, 1] },
        ],
      }),
    ]);
    expect(
      response.map(({ errorCode, numPartitions, replicationFactor }) => [
        errorCode,
        numPartitions,
        replicationFactor,
      ]),
    ).toEqual([
      [0, 2, 1],
      [0, 3, 2],
      [0, 2, 2],
    ]);
    const after = imageOf(records, image);
    expect(after.topicsByName.get('assigned')?.partitions.get(1)).toMatchObject({
      replicas: [1, 0],
      isr: [1, 0],
      leader: 1,
      leaderEpoch: 0,
    });
    expect(after.configs.get('2:counted')).toEqual(new Map([['retention.ms', '9']]));
  });

  it('treats each topic for itself, and one that is named twice not at all', () => {
    const { records, response } = create([
      topicRequest('good'),
      topicRequest('twice'),
      topicRequest('a/b'),
      topicRequest('twice'),
    ]);
    expect(response.map(({ name: topic, errorCode }) => [topic, name(errorCode)])).toEqual([
      ['good', 'NONE'],
      ['twice', 'INVALID_REQUEST'],
      ['a/b', 'INVALID_TOPIC_EXCEPTION'],
    ]);
    expect(records.filter(({ type }) => type === 'TopicRecord')).toHaveLength(1);
  });

  it('sees collisions within one request', () => {
    const { response } = create([topicRequest('p.q'), topicRequest('p_q')]);
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual(['NONE', 'INVALID_TOPIC_EXCEPTION']);
  });

  it('writes nothing when it only validates', () => {
    const { records, response } = create([topicRequest('good')], { validateOnly: true });
    expect(records).toEqual([]);
    expect(response[0]).toMatchObject({ errorCode: 0, numPartitions: 2, topicId: ZERO });
  });
});

describe('where new partitions live', () => {
  /** 0 and 1 serve, 2 is fenced, 3 stops. */
  const mixed = imageOf([
    ...[brokerRecord(0), brokerRecord(1), brokerRecord(2, null, true), brokerRecord(3)],
    {
      ...{ type: 'BrokerRegistrationChangeRecord', brokerId: 3, brokerEpoch: 3 },
      ...{ fenced: 0, inControlledShutdown: 1 },
    },
  ]);

  it('takes fenced brokers when those that serve are too few, never in sync, and none that stops', () => {
    const { records, response } = create([topicRequest('n', { numPartitions: 4, replicationFactor: 3 })], {
      image: mixed,
    });
    expect(response[0]?.errorCode).toBe(0);
    const after = imageOf(records, mixed);
    for (const { replicas, isr, leader } of after.topicsByName.get('n')?.partitions.values() ?? []) {
      expect([...replicas].sort()).toEqual([0, 1, 2]);
      expect([...isr].sort()).toEqual([0, 1]);
      expect(leader).toBe(replicas[0]);
    }
    const wished = topicRequest('n', { numPartitions: 4, replicationFactor: 2 });
    const few = imageOf(create([wished], { image: mixed }).records, mixed).topicsByName.get('n');
    for (const { replicas } of few?.partitions.values() ?? []) expect([...replicas].sort()).toEqual([0, 1]);
    const tooMany = create([topicRequest('n', { replicationFactor: 4 })], { image: mixed });
    expect(name(tooMany.response[0]?.errorCode ?? 0)).toBe('INVALID_REPLICATION_FACTOR');
    const fenced = imageOf([brokerRecord(0, null, true)]);
    const nobody = create([topicRequest('n', { replicationFactor: 1 })], { image: fenced });
    expect(name(nobody.response[0]?.errorCode ?? 0)).toBe('INVALID_REPLICATION_FACTOR');
  });

  it('lets the first that serves lead what was assigned by hand', () => {
    const assigned = (brokerIds: readonly number[]) =>
      create([topicRequest('n', { assignments: [{ partitionIndex: 0, brokerIds }] })], { image: mixed });
    const after = imageOf(assigned([2, 3, 1]).records, mixed)
      .topicsByName.get('n')
      ?.partitions.get(0);
    expect(after).toMatchObject({ replicas: [2, 3, 1], isr: [1], leader: 1 });
    for (const brokerIds of [[2, 3], [7]]) {
      const { response } = assigned(brokerIds);
      expect(name(response[0]?.errorCode ?? 0)).toBe('INVALID_REPLICA_ASSIGNMENT');
    }
  });

  it('alternates racks, for added partitions, too', () => {
    const racked = imageOf([
      ...[brokerRecord(0, 'a'), brokerRecord(1, 'a'), brokerRecord(2, 'b'), brokerRecord(3, 'b')],
    ]);
    const request = topicRequest('n', { numPartitions: 4, replicationFactor: 2 });
    const made = imageOf(create([request], { image: racked }).records, racked);
    const topics = [{ name: 'n', count: 8, assignments: null }];
    const grown = createPartitions({ topics, validateOnly: false, image: made, randomBelow: () => 1 });
    const partitions = [...(imageOf(grown.records, made).topicsByName.get('n')?.partitions.values() ?? [])];
    expect(partitions).toHaveLength(8);
    for (const { replicas } of partitions) {
      expect(new Set(replicas.map((id) => (id < 2 ? 'a' : 'b'))).size).toBe(2);
    }
  });
});

describe('deleteTopics', () => {
  it('finds topics by name and by id', () => {
    const { records, response } = deleteTopics(
      [
        { name: 'taken', topicId: ZERO },
        { name: null, topicId: T2 },
        { name: 'nobody', topicId: ZERO },
        { name: null, topicId: 'AAAAAAAAAAAAAAAAAAAA9w' },
        { name: null, topicId: ZERO },
      ],
      image,
      POLICY,
    );
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual([
      'NONE',
      'NONE',
      'UNKNOWN_TOPIC_OR_PARTITION',
      'UNKNOWN_TOPIC_ID',
      'INVALID_REQUEST',
    ]);
    expect(response[1]).toMatchObject({ name: 'with.dot', topicId: T2 });
    expect(records).toHaveLength(2);
  });

  it.each([
    ['by its name', { name: 'taken', topicId: ZERO }, { name: 'taken', topicId: ZERO }],
    ['by its id', { name: null, topicId: T1 }, { name: null, topicId: T1 }],
    ['by name and by id', { name: 'taken', topicId: ZERO }, { name: null, topicId: T1 }],
  ])('deletes nothing that is named twice, %s, and says so once', (_how, first, second) => {
    const { records, response } = deleteTopics([first, second], image, POLICY);
    expect(response).toMatchObject([{ ...first, errorCode: ErrorCode.INVALID_REQUEST }]);
    expect(records).toEqual([]);
  });

  it('refuses a name together with an id', () => {
    const { records, response } = deleteTopics([{ name: 'taken', topicId: T1 }], image, POLICY);
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual(['INVALID_REQUEST']);
    expect(records).toEqual([]);
  });

  it('is refused as a whole when delete.topic.enable is false', () => {
    const { records, response } = deleteTopics([{ name: 'taken', topicId: ZERO }], image, {
      ...POLICY,
      deleteTopicEnable: false,
    });
    expect(name(response[0]?.errorCode ?? 0)).toBe('TOPIC_DELETION_DISABLED');
    expect(records).toEqual([]);
  });
});

describe('createPartitions', () => {
  const grow = (topics: readonly PartitionsToCreate[], validateOnly = false) =>
    createPartitions({ topics, validateOnly, image, randomBelow: () => 0 });
  const refusals: [string, PartitionsToCreate, string][] = [
    ['an unknown topic', { name: 'nobody', count: 3, assignments: null }, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ['the same count', { name: 'taken', count: 2, assignments: null }, 'INVALID_PARTITIONS'],
    ['a smaller count', { name: 'taken', count: 1, assignments: null }, 'INVALID_PARTITIONS'],
    [
      'a count beyond one batch',
      { name: 'taken', count: 2 ** 31 - 1, assignments: null },
      'POLICY_VIOLATION',
    ],
    [
      'too few assignments',
      { name: 'taken', count: 4, assignments: [{ brokerIds: [0] }] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'an assignment of another size',
      { name: 'taken', count: 3, assignments: [{ brokerIds: [0, 1] }] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'an assignment to a dead broker',
      { name: 'taken', count: 3, assignments: [{ brokerIds: [2] }] },
      'INVALID_REPLICA_ASSIGNMENT',
    ],
    [
      'a topic whose count is part of a hash',
      { name: '__consumer_offsets', count: 60, assignments: null },
      'INVALID_REQUEST',
    ],
  ];
  it.each(refusals)('refuses %s', (_what, topic, expected) => {
    const { records, response } = grow([topic]);
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual([expected]);
    expect(records).toEqual([]);
  });

  it('adds partitions behind those that are there', () => {
    const { records } = grow([
      { name: 'taken', count: 4, assignments: null },
      { name: 'with.dot', count: 2, assignments: [{ brokerIds: [1] }] },
    ]);
    const after = imageOf(records, image);
    expect([...(after.topicsByName.get('taken')?.partitions.keys() ?? [])]).toEqual([0, 1, 2, 3]);
    expect(after.topicsByName.get('with.dot')?.partitions.get(1)?.leader).toBe(1);
    expect(grow([{ name: 'taken', count: 4, assignments: null }], true).records).toEqual([]);
  });
});

describe('altering configs', () => {
  const SET = 0;
  const DELETE = 1;
  const APPEND = 2;
  const SUBTRACT = 3;
  const alter = (resourceType: number, resourceName: string, ...changes: [string, number, string | null][]) =>
    incrementalAlterConfigs({
      resources: [
        {
          resourceType,
          resourceName,
          changes: changes.map(([key, operation, value]) => ({ name: key, operation, value })),
        },
      ],
      ...{ validateOnly: false, image, rules: RULES },
    });
  const rows: [string, ReturnType<typeof alter>, string, (string | null)[]][] = [
    ['sets', alter(2, 'taken', ['retention.ms', SET, '7']), 'NONE', ['7']],
    ['leaves alone what is so already', alter(2, 'taken', ['retention.ms', SET, '5']), 'NONE', []],
    ['deletes', alter(2, 'taken', ['retention.ms', DELETE, null]), 'NONE', [null]],
    ['deletes what is not there', alter(2, 'with.dot', ['retention.ms', DELETE, null]), 'NONE', []],
    [
      'appends to the default of a list',
      alter(2, 'taken', ['cleanup.policy', APPEND, 'compact']),
      'NONE',
      ['delete,compact'],
    ],
    ['subtracts', alter(2, 'taken', ['cleanup.policy', SUBTRACT, 'delete']), 'NONE', ['']],
    ['refuses to append to a number', alter(2, 'taken', ['retention.ms', APPEND, '7']), 'INVALID_CONFIG', []],
    [
      'refuses a bad value, with the whole resource',
      alter(2, 'taken', ['cleanup.policy', SET, 'compact'], ['retention.ms', SET, 'x']),
      'INVALID_CONFIG',
      [],
    ],
    [
      'refuses a key twice',
      alter(2, 'taken', ['retention.ms', SET, '7'], ['retention.ms', SET, '8']),
      'INVALID_REQUEST',
      [],
    ],
    ['refuses a missing value', alter(2, 'taken', ['retention.ms', SET, null]), 'INVALID_REQUEST', []],
    ['refuses an unknown operation', alter(2, 'taken', ['retention.ms', 9, '7']), 'INVALID_REQUEST', []],
    [
      'refuses an unknown topic',
      alter(2, 'nobody', ['retention.ms', SET, '7']),
      'UNKNOWN_TOPIC_OR_PARTITION',
      [],
    ],
    ['refuses a name that no topic can have', alter(2, 'a b'), 'INVALID_TOPIC_EXCEPTION', []],
    ['refuses a topic without a name', alter(2, ''), 'INVALID_REQUEST', []],
    ['refuses a bad value of a broker', alter(4, '0', ['retention.ms', SET, 'x']), 'INVALID_REQUEST', []],
    ['changes a broker', alter(4, '0', ['retention.ms', SET, '7']), 'NONE', ['7']],
    ['changes all brokers', alter(4, '', ['retention.ms', SET, '7']), 'NONE', ['7']],
    ['refuses an unknown broker', alter(4, '9', ['retention.ms', SET, '7']), 'INVALID_REQUEST', []],
    ['changes a group that nobody has joined', alter(32, 'g', ['retention.ms', SET, '7']), 'NONE', ['7']],
    ['refuses a bad value of a group', alter(32, 'g', ['retention.ms', SET, 'x']), 'INVALID_CONFIG', []],
    ['refuses a group without a name', alter(32, '', ['retention.ms', SET, '7']), 'INVALID_REQUEST', []],
    ['refuses other resources', alter(8, '0', ['x', SET, '7']), 'INVALID_REQUEST', []],
  ];
  it.each(rows)('%s', (_what, { records, response }, expected, values) => {
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual([expected]);
    expect(records.map((record) => (record.type === 'ConfigRecord' ? record.value : record.type))).toEqual(
      values,
    );
  });

  it('changes nothing of a resource that is named twice', () => {
    const once = (value: string) => ({
      ...{ resourceType: 2, resourceName: 'taken' },
      changes: [{ name: 'retention.ms', operation: SET, value }],
    });
    const resources = [once('1'), once('2')];
    const { records, response } = incrementalAlterConfigs({
      resources,
      ...{ validateOnly: false, image, rules: RULES },
    });
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual(['INVALID_REQUEST', 'INVALID_REQUEST']);
    expect(records).toEqual([]);
  });

  it('the legacy way refuses a missing value and keeps what was', () => {
    const changes = [{ name: 'cleanup.policy', operation: SET, value: null }];
    const resources = [{ resourceType: 2, resourceName: 'taken', changes }];
    const { records, response } = replaceConfigs({ resources, validateOnly: false, image, rules: RULES });
    expect(response.map(({ errorCode }) => name(errorCode))).toEqual(['INVALID_REQUEST']);
    expect(records).toEqual([]);
  });

  it('changes nothing of a group whose settings do not go together', () => {
    const rules: typeof RULES = {
      ...RULES,
      conflict: (type, { size }) => (type === 32 && size > 1 ? 'two' : null),
    };
    const set = (key: string) => ({ name: key, operation: SET, value: '7' });
    const both = [set('retention.ms'), set('cleanup.policy')];
    const alterGroup = (changes: typeof both) =>
      incrementalAlterConfigs({
        resources: [{ resourceType: 32, resourceName: 'g', changes }],
        ...{ validateOnly: false, image, rules },
      });
    expect(alterGroup(both)).toMatchObject({
      records: [],
      response: [{ errorCode: ErrorCode.INVALID_CONFIG, errorMessage: 'two' }],
    });
    expect(alterGroup(both.slice(1)).records).toHaveLength(1);
  });

  it('the legacy way replaces the settings of a group, and of no broker of that name', () => {
    const entry = (resourceType: 4 | 32, key: string) =>
      ({ type: 'ConfigRecord', resourceType, resourceName: '0', name: key, value: '1' }) as const;
    const before = imageOf([entry(4, 'retention.ms'), entry(32, 'cleanup.policy')], image);
    const changes = [{ name: 'retention.ms', operation: SET, value: '7' }];
    const resources = [{ resourceType: 32, resourceName: '0', changes }];
    const { records } = replaceConfigs({ resources, validateOnly: false, image: before, rules: RULES });
    const { configs } = imageOf(records, before);
    expect(configs.get('32:0')).toEqual(new Map([['retention.ms', '7']]));
    expect(configs.get('4:0')).toEqual(new Map([['retention.ms', '1']]));
  });

  it('the legacy way takes away what is not named', () => {
    const changes = [{ name: 'cleanup.policy', operation: SET, value: 'compact' }];
    const resources = [{ resourceType: 2, resourceName: 'taken', changes }];
    const { records } = replaceConfigs({ resources, validateOnly: false, image, rules: RULES });
    expect(imageOf(records, image).configs.get('2:taken')).toEqual(new Map([['cleanup.policy', 'compact']]));
  });
});

describe('error codes', () => {
  it('knows the codes it answers with', () => {
    expect([
      ErrorCode.POLICY_VIOLATION,
      ErrorCode.TOPIC_DELETION_DISABLED,
      ErrorCode.UNKNOWN_TOPIC_ID,
    ]).toEqual([44, 73, 100]);
  });
});
