/** The levels of metadata.version, transaction.version and group.version: where a cluster begins, and what an update may ask for. */
import { describe, expect, it } from 'vitest';
import { errorOf } from '../../protocol/errors.ts';
import { TestCluster } from './cluster-test-kit.ts';
import {
  bootstrapRecords,
  METADATA_VERSION,
  SUPPORTED_FEATURES,
  TRANSACTION_VERSION,
  transactionVersionOf,
  updateFeatures,
} from './features.ts';

const LEVEL = SUPPORTED_FEATURES.get(METADATA_VERSION)?.max ?? -1;
const UPGRADE = 1;
const SAFE_DOWNGRADE = 2;

function cluster(): TestCluster {
  const on = new TestCluster();
  on.replay(bootstrapRecords());
  on.addBroker(1);
  return on;
}

function update(on: TestCluster, feature: string, maxVersionLevel: number, upgradeType = UPGRADE) {
  const { records, response } = updateFeatures([{ feature, maxVersionLevel, upgradeType }], false, on.image);
  return { records, name: errorOf(response.errorCode).name, response };
}

describe('updateFeatures', () => {
  it('finds a new cluster at the level of this version', () => {
    const on = cluster();
    expect(Object.fromEntries(on.image.features)).toEqual({
      'metadata.version': 30,
      'transaction.version': 2,
      'group.version': 1,
    });
    expect(update(on, METADATA_VERSION, LEVEL)).toMatchObject({ name: 'NONE', records: [] });
  });

  it.each<[string, string, number, number, string]>([
    ['a feature that is not there', 'share.version', 1, UPGRADE, 'INVALID_UPDATE_VERSION'],
    ['a level that is too new', METADATA_VERSION, LEVEL + 1, UPGRADE, 'INVALID_UPDATE_VERSION'],
    ['a downgrade that is not called one', METADATA_VERSION, LEVEL - 1, UPGRADE, 'INVALID_UPDATE_VERSION'],
    ['a level that is too old', METADATA_VERSION, LEVEL - 1, SAFE_DOWNGRADE, 'INVALID_UPDATE_VERSION'],
    ['its removal', METADATA_VERSION, 0, SAFE_DOWNGRADE, 'INVALID_UPDATE_VERSION'],
    ['an unknown kind of update', METADATA_VERSION, LEVEL, 9, 'INVALID_REQUEST'],
  ])('refuses %s', (_what, feature, level, upgradeType, expected) => {
    const { name, records, response } = update(cluster(), feature, level, upgradeType);
    expect(name).toBe(expected);
    expect(response.results).toMatchObject([{ feature, errorCode: response.errorCode }]);
    expect(records).toEqual([]);
  });

  it('lowers and raises how transactions are run, step by step or at once', () => {
    const on = cluster();
    expect(update(on, TRANSACTION_VERSION, 1).name).toBe('INVALID_UPDATE_VERSION');
    for (const [level, upgradeType] of [
      [1, SAFE_DOWNGRADE],
      [2, UPGRADE],
      [0, SAFE_DOWNGRADE],
      [2, UPGRADE],
    ] as const) {
      const { name, records } = update(on, TRANSACTION_VERSION, level, upgradeType);
      expect(name).toBe('NONE');
      on.replay(records);
      expect(transactionVersionOf(on.image)).toBe(level);
    }
    expect(update(on, TRANSACTION_VERSION, 3).name).toBe('INVALID_UPDATE_VERSION');
  });

  it('leaves a cluster of an earlier version without it, until all its brokers know it', () => {
    const on = new TestCluster(1);
    expect(transactionVersionOf(on.image)).toBe(0);
    on.replay([
      {
        ...{ type: 'RegisterBrokerRecord', brokerId: 2, incarnationId: 'AAAAAAAAAAAAAAAAAAAAAQ', rack: null },
        ...{ brokerEpoch: 5, endpoints: [], fenced: true, inControlledShutdown: false, logDirectoryIds: [] },
        features: new Map([[METADATA_VERSION, { min: LEVEL, max: LEVEL }]]),
      },
    ]);
    expect(update(on, TRANSACTION_VERSION, 2).name).toBe('INVALID_UPDATE_VERSION');
    on.replay([{ type: 'UnregisterBrokerRecord', brokerId: 2, brokerEpoch: 5 }]);
    expect(update(on, TRANSACTION_VERSION, 2).name).toBe('NONE');
  });

  it('raises a cluster that has no level, unless a broker could not follow or it is only asked', () => {
    const on = new TestCluster(1);
    const updates = [{ feature: METADATA_VERSION, maxVersionLevel: LEVEL, upgradeType: UPGRADE }];
    expect(updateFeatures(updates, true, on.image).records).toEqual([]);
    const old = { min: 1, max: LEVEL - 1 };
    on.replay([
      {
        ...{ type: 'RegisterBrokerRecord', brokerId: 2, incarnationId: 'AAAAAAAAAAAAAAAAAAAAAQ', rack: null },
        ...{ brokerEpoch: 5, endpoints: [], fenced: true, inControlledShutdown: false, logDirectoryIds: [] },
        features: new Map([[METADATA_VERSION, old]]),
      },
    ]);
    expect(update(on, METADATA_VERSION, LEVEL).name).toBe('INVALID_UPDATE_VERSION');
    on.replay([{ type: 'UnregisterBrokerRecord', brokerId: 2, brokerEpoch: 5 }]);
    on.replay(update(on, METADATA_VERSION, LEVEL).records);
    expect(on.image.features.get(METADATA_VERSION)).toBe(LEVEL);
  });
});
