/** The columns of Apache Kafka 4.3.1's tool. */
import { expect, test } from 'vitest';
import { assignmentText, deletedLines, listLines, memberLines, offsetLines, resetLines, stateLines } from './group-lines.ts'; // prettier-ignore

const row = {
  ...{ group: 'g', topic: 'orders', partition: 0, leaderEpoch: 3, committed: 5, logEnd: 12 },
  ...{ consumerId: 'a-consumer-of-a-long-name', host: '/127.0.0.1', clientId: 'c' },
};

test('offsets', () => {
  const idle = {
    ...row,
    partition: 1,
    committed: null,
    leaderEpoch: null,
    consumerId: '-',
    host: '-',
    clientId: '-',
  };
  expect(offsetLines([row, idle], false).split('\n')).toEqual([
    '',
    'GROUP           TOPIC           PARTITION  CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID               HOST            CLIENT-ID',
    'g               orders          0          5               12              7               a-consumer-of-a-long-name /127.0.0.1      c',
    'g               orders          1          -               12              -               -                         -               -',
  ]);
  expect(offsetLines([{ ...row, logEnd: null }], true).split('\n')).toEqual([
    '',
    'GROUP           TOPIC           PARTITION  LEADER-EPOCH    CURRENT-OFFSET  LOG-END-OFFSET  LAG             CONSUMER-ID               HOST            CLIENT-ID',
    'g               orders          0          3               5               -               -               a-consumer-of-a-long-name /127.0.0.1      c',
  ]);
});

const member = {
  ...{ group: 'g', memberId: 'm', instanceId: null, host: '/::1', clientId: 'c', epoch: null },
  ...{ assignment: [{ topic: 't', partitions: [1, 0] }], target: [], targetEpoch: null, upgraded: null },
};

test('members', () => {
  expect(memberLines([member], false).split('\n')).toEqual([
    '',
    'GROUP           CONSUMER-ID     HOST            CLIENT-ID       #PARTITIONS     ',
    'g               m               /::1            c               2               ',
  ]);
  expect(memberLines([{ ...member, instanceId: 'i' }], true).split('\n')).toEqual([
    '',
    'GROUP           CONSUMER-ID     GROUP-INSTANCE-ID HOST            CLIENT-ID       #PARTITIONS     CURRENT-EPOCH   CURRENT-ASSIGNMENT   TARGET-EPOCH    TARGET-ASSIGNMENT   ',
    'g               m               i                 /::1            c               2               -               t:0,1                -               -                   ',
  ]);
  const mixed = memberLines(
    [
      { ...member, upgraded: true },
      { ...member, upgraded: false },
    ],
    true,
  );
  expect(mixed.split('\n')[1]).toMatch(/TARGET-ASSIGNMENT {4}UPGRADED$/);
  expect(mixed.split('\n')[3]).toMatch(/ false$/);
});

test('the state', () => {
  const state = { ...{ group: 'g', coordinator: '127.0.0.1:9092  (0)', strategy: '', state: 'Empty' }, ...{ epoch: null, targetEpoch: 4, members: 0 } }; // prettier-ignore
  expect(stateLines(state, false)).toBe(
    '\nGROUP           COORDINATOR (ID)          ASSIGNMENT-STRATEGY  STATE                #MEMBERS\ng               127.0.0.1:9092  (0)       -                    Empty                0',
  );
  expect(stateLines(state, true)).toContain(
    'Empty                -               4                         0',
  );
});

test('lists, plans and what was taken away', () => {
  expect(listLines([{ id: 'g', type: 'classic', state: 'Stable' }], true, true)).toBe(
    'GROUP                     TYPE                 STATE               \ng                         Classic              Stable              ',
  );
  expect(resetLines([{ group: 'g', topic: 't', partition: 1, offset: 10 }])).toBe(
    '\nGROUP           TOPIC           PARTITION  NEW-OFFSET\ng               t               1          10',
  );
  const rows = [
    { topic: 't', partition: 0, status: 'Successful' },
    { topic: 't', partition: null, status: 'Error: something that is longer' },
  ];
  expect(deletedLines(rows).split('\n')[2]).toBe('t               0          Successful     ');
  expect(assignmentText([{ topic: 'b', partitions: [2, 0] }, { topic: 'a', partitions: [1] }])).toBe('a:1;b:0,2'); // prettier-ignore
});
