/** Users of SCRAM as Kafka's ScramControlManager changes them, and what of them is told. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import { TestCluster } from './cluster-test-kit.ts';
import { alterScramUsers, describeScramUsers, scramUserOf, type ScramUserChanges } from './scram-users.ts';

const SHA_256 = 1;
const SHA_512 = 2;
const secret = { salt: Buffer.from('salt'), saltedPassword: Buffer.from('hashed') };

function alter(on: TestCluster, changes: Partial<ScramUserChanges>) {
  const { records, response } = alterScramUsers({ deletions: [], upsertions: [], ...changes }, on.image);
  on.replay(records);
  return response.map(({ user, errorCode }) => [user, errorOf(errorCode).name]);
}

const set = (name: string, mechanism = SHA_256, iterations = 4_096) => ({
  ...secret,
  name,
  mechanism,
  iterations,
});

describe('users of SCRAM', () => {
  it('are set, changed and deleted by mechanism', () => {
    const on = new TestCluster();
    expect(alter(on, { upsertions: [set('alice'), set('alice', SHA_512, 8_192), set('bob')] })).toEqual([
      ['alice', 'NONE'],
      ['bob', 'NONE'],
    ]);
    expect(describeScramUsers(null, on.image)).toMatchObject([
      {
        user: 'alice',
        credentialInfos: [
          { mechanism: SHA_256, iterations: 4_096 },
          { mechanism: SHA_512, iterations: 8_192 },
        ],
      },
      { user: 'bob', credentialInfos: [{ mechanism: SHA_256, iterations: 4_096 }] },
    ]);
    const changes = {
      deletions: [{ name: 'alice', mechanism: SHA_256 }],
      upsertions: [set('bob', SHA_256, 5_000)],
    };
    expect(alter(on, changes)).toEqual([
      ['alice', 'NONE'],
      ['bob', 'NONE'],
    ]);
    expect(scramUserOf('SCRAM-SHA-256', 'alice', on.image)).toBeUndefined();
    expect(scramUserOf('SCRAM-SHA-512', 'alice', on.image)?.iterations).toBe(8_192);
    expect(scramUserOf('SCRAM-SHA-256', 'bob', on.image)?.iterations).toBe(5_000);
  });

  it.each([
    ['UNACCEPTABLE_CREDENTIAL', { upsertions: [set('')] }],
    ['UNACCEPTABLE_CREDENTIAL', { upsertions: [set('alice', SHA_256, 4_095)] }],
    ['UNACCEPTABLE_CREDENTIAL', { upsertions: [set('alice', SHA_256, 16_385)] }],
    ['UNACCEPTABLE_CREDENTIAL', { upsertions: [{ ...set('alice'), salt: Buffer.alloc(0) }] }],
    ['UNSUPPORTED_SASL_MECHANISM', { upsertions: [set('alice', 3)] }],
    ['UNSUPPORTED_SASL_MECHANISM', { deletions: [{ name: 'alice', mechanism: 0 }] }],
    ['RESOURCE_NOT_FOUND', { deletions: [{ name: 'alice', mechanism: SHA_256 }] }],
    ['DUPLICATE_RESOURCE', { upsertions: [set('alice'), set('alice')] }],
    [
      'DUPLICATE_RESOURCE',
      { deletions: [{ name: 'alice', mechanism: SHA_256 }], upsertions: [set('alice')] },
    ],
  ])('are refused as %s, and nothing of that user is changed', (name, changes) => {
    const on = new TestCluster();
    const upsertions = [...('upsertions' in changes ? changes.upsertions : []), set('carol')];
    const outcome = alter(on, { ...changes, upsertions });
    expect(outcome.slice(0, -1)).toEqual([[expect.any(String), name]]);
    expect([...on.image.scramUsers.values()].map((user) => user.name)).toEqual(['carol']);
  });

  it('are not told where nobody has the name, or it is asked for twice', () => {
    const on = new TestCluster();
    alter(on, { upsertions: [set('alice')] });
    const told = describeScramUsers(['nobody', 'alice', 'alice'], on.image);
    expect(told.map(({ user, errorCode }) => [user, errorOf(errorCode).name])).toEqual([
      ['nobody', 'RESOURCE_NOT_FOUND'],
      ['alice', 'DUPLICATE_RESOURCE'],
    ]);
    expect(told.every(({ credentialInfos }) => credentialInfos.length === 0)).toBe(true);
  });
});
