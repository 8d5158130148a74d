/** Quotas as Kafka's ClientQuotaControlManager changes them and ClientQuotasImage tells them. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import {
  alterClientQuotas,
  describeClientQuotas,
  type QuotaAlteration,
  type QuotaFilterComponent,
} from './client-quotas.ts';
import { TestCluster } from './cluster-test-kit.ts';
import type { QuotaEntity } from './image.ts';

/** An entity in short: `user=alice client-id` is alice's default client. */
function entity(text: string): QuotaEntity {
  return text.split(' ').map((part) => {
    const [entityType = '', entityName = null] = part.split('=');
    return { entityType, entityName };
  });
}

const set = (text: string, key: string, value: number): QuotaAlteration => ({
  ...{ entity: entity(text), ops: [{ key, value, remove: false }] },
});

function alter(on: TestCluster, ...entries: QuotaAlteration[]) {
  const { records, response } = alterClientQuotas(entries, false, on.image);
  on.replay(records);
  return response.map(({ errorCode, errorMessage }) => errorMessage ?? errorOf(errorCode).name);
}

function told(on: TestCluster, components: readonly QuotaFilterComponent[] = [], strict = false) {
  const { entries, errorMessage } = describeClientQuotas(components, strict, on.image);
  if (entries === null) return errorMessage;
  return entries.map(({ entity: parts, values }) => {
    const names = parts.map(({ entityType, entityName }) =>
      entityName === null ? entityType : `${entityType}=${entityName}`,
    );
    return `${names.join(' ')}: ${[...values].map(([key, value]) => `${key} ${String(value)}`).join(', ')}`;
  });
}

describe('quotas', () => {
  it('are set, changed and removed for each entity by itself', () => {
    const on = new TestCluster();
    const [alice, aliceApp, anybody] = ['user=alice', 'user=alice client-id=app', 'user'] as const;
    const done = alter(
      ...[on, set(alice, 'producer_byte_rate', 1_000), set(aliceApp, 'request_percentage', 12.5)],
      ...[set(anybody, 'controller_mutation_rate', 0.5), set('ip=10.0.0.1', 'connection_creation_rate', 3)],
    );
    expect(done).toEqual(['NONE', 'NONE', 'NONE', 'NONE']);
    expect(told(on)).toEqual([
      'user=alice: producer_byte_rate 1000',
      'user=alice client-id=app: request_percentage 12.5',
      'user: controller_mutation_rate 0.5',
      'ip=10.0.0.1: connection_creation_rate 3',
    ]);
    // The same entity, whatever its parts' order.
    alter(on, set('client-id=app user=alice', 'request_percentage', 20));
    alter(on, {
      entity: entity(alice),
      ops: [
        { key: 'producer_byte_rate', value: 0, remove: true },
        { key: 'consumer_byte_rate', value: 0, remove: true },
      ],
    });
    expect(told(on)).toEqual([
      'client-id=app user=alice: request_percentage 20',
      'user: controller_mutation_rate 0.5',
      'ip=10.0.0.1: connection_creation_rate 3',
    ]);
  });

  it('are written only when something changes, and not by a request that only asks', () => {
    const on = new TestCluster();
    const change = set('user=alice', 'producer_byte_rate', 1_000);
    expect(alterClientQuotas([change], true, on.image)).toMatchObject({
      records: [],
      response: [{ errorCode: 0 }],
    });
    alter(on, change);
    expect(alterClientQuotas([change], false, on.image).records).toEqual([]);
    const removal = {
      entity: entity('user=alice'),
      ops: [{ key: 'consumer_byte_rate', value: 0, remove: true }],
    };
    expect(alterClientQuotas([removal], false, on.image).records).toEqual([]);
  });

  it.each([
    ['user=alice', 'bytes', 1, 'Invalid configuration key bytes'],
    ['user=alice', 'connection_creation_rate', 1, 'Invalid configuration key connection_creation_rate'],
    ['user=alice', 'producer_byte_rate', 0, 'Quota producer_byte_rate must be greater than 0'],
    ['user=alice', 'request_percentage', -1, 'Quota request_percentage must be greater than 0'],
    ['user=alice', 'request_percentage', Number.NaN, 'Quota request_percentage must be greater than 0'],
    ['user=alice', 'producer_byte_rate', 1.5, 'producer_byte_rate cannot be a fractional value.'],
    [
      'user=alice',
      'consumer_byte_rate',
      1e19,
      'Proposed value for consumer_byte_rate is too large for a LONG.',
    ],
    [
      'ip=::1',
      'connection_creation_rate',
      2 ** 31,
      'Proposed value for connection_creation_rate is too large for an INT.',
    ],
    ['ip=10.0.0', 'connection_creation_rate', 1, '10.0.0 is not a valid IP or resolvable host.'],
    ['ip=10.0.0.1', 'producer_byte_rate', 1, 'Invalid configuration key producer_byte_rate'],
    ['ip=10.0.0.1 user=a', 'connection_creation_rate', 1, /IP entity should not be combined/],
    ['group=a', 'producer_byte_rate', 1, 'Unhandled client quota entity type: group'],
    ['user=', 'producer_byte_rate', 1, 'Empty user not supported'],
    ['user=a user=b', 'producer_byte_rate', 1, 'Invalid client quota entity, duplicate entity entry user'],
  ])('refuse %s %s=%s', (text, key, value, message) => {
    const on = new TestCluster();
    const good = set('user=bob', 'producer_byte_rate', 5);
    const [first, second] = alter(on, set(text, key, value), good);
    expect(first).toMatch(message);
    expect(second).toBe('NONE');
    expect(told(on)).toEqual(['user=bob: producer_byte_rate 5']);
  });

  it('refuse an entity without a part, and change nothing of one whose second quota is wrong', () => {
    const on = new TestCluster();
    expect(alter(on, { entity: [], ops: [] })).toEqual(['Invalid empty client quota entity']);
    const half = {
      entity: entity('user=alice'),
      ops: [
        { key: 'producer_byte_rate', value: 1, remove: false },
        { key: 'nothing', value: 1, remove: false },
      ],
    };
    expect(alter(on, half)).toEqual(['Invalid configuration key nothing']);
    expect(told(on)).toEqual([]);
  });
});

describe('a filter', () => {
  const component = (entityType: string, matchType: number, match: string | null = null) => ({
    ...{ entityType, matchType, match },
  });
  const withQuotas = () => {
    const on = new TestCluster();
    for (const text of [
      'user=alice',
      'user',
      'user=alice client-id=app',
      'user=bob client-id',
      'client-id=app',
    ])
      alter(on, set(text, 'producer_byte_rate', 1));
    return on;
  };

  it.each<[string, readonly QuotaFilterComponent[], boolean, readonly string[]]>([
    ['by name', [component('user', 0, 'alice')], false, ['user=alice', 'user=alice client-id=app']],
    ['by name, strictly', [component('user', 0, 'alice')], true, ['user=alice']],
    ['of the default', [component('user', 1)], false, ['user']],
    ['of any', [component('client-id', 2)], true, ['client-id=app']],
    ['of two', [component('user', 2), component('client-id', 1)], true, ['user=bob client-id']],
  ])('%s finds', (_what, components, strict, expected) => {
    expect(told(withQuotas(), components, strict)).toEqual(
      expected.map((each) => `${each}: producer_byte_rate 1`),
    );
  });

  it.each([
    [[component('', 2)], 'Invalid empty entity type.'],
    [
      [component('user', 2), component('user', 1)],
      'Entity type user cannot appear more than once in the filter.',
    ],
    [[component('group', 2)], 'Unsupported entity type group'],
    [[component('user', 0)], 'Request specified MATCH_TYPE_EXACT, but set match string to null.'],
    [[component('user', 1, 'a')], 'Request specified MATCH_TYPE_DEFAULT, but also specified a match string.'],
    [
      [component('user', 2, 'a')],
      'Request specified MATCH_TYPE_SPECIFIED, but also specified a match string.',
    ],
    [[component('user', 3)], 'Unknown match type 3'],
    [[component('ip', 2), component('user', 2)], /IP filter component should not be used/],
  ])('is refused: %j', (components, message) => {
    expect(told(withQuotas(), components)).toMatch(message);
  });
});
