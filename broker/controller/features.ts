/**
 * Decides UpdateFeatures (KIP-584, KIP-1014) and what a new cluster begins with.
 *
 * - metadata.version: which records may stand in the metadata log. This version writes what Kafka's level 4.3-IV0 allows
 *   and knows no older way, so the level of a cluster can be looked at and confirmed, and rises with a later version.
 * - transaction.version: how clients run transactions. At 2 those that know it have their epoch raised with every
 *   transaction (KIP-890); below it they announce partitions as before. A cluster that was made without it stays at 0
 *   until somebody raises it.
 * - group.version: at 1 there are groups of the consumer protocol (KIP-848). What is said of a cluster that was made
 *   without transaction.version goes for it, too.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, type CommandResult, refusal } from './command.ts';
import type { FeatureRange, MetadataImage } from './image.ts';
import type { MetadataRecord } from './metadata-record.ts';

export const METADATA_VERSION = 'metadata.version';

/** MetadataVersion.IBP_4_3_IV0. */
const CURRENT_METADATA_VERSION = 30;

export const TRANSACTION_VERSION = 'transaction.version';
/** Kafka's TransactionVersion: 0 the classic protocol, 1 compact records in __transaction_state too, 2 KIP-890. */
const CURRENT_TRANSACTION_VERSION = 2;

export const GROUP_VERSION = 'group.version';
/** Kafka's GroupVersion: 1 the consumer protocol. */
const CURRENT_GROUP_VERSION = 1;

/** What a node of this version can work with: named by brokers when they register and by ApiVersions. */
export const SUPPORTED_FEATURES: ReadonlyMap<string, FeatureRange> = new Map([
  [METADATA_VERSION, { min: CURRENT_METADATA_VERSION, max: CURRENT_METADATA_VERSION }],
  [TRANSACTION_VERSION, { min: 0, max: CURRENT_TRANSACTION_VERSION }],
  [GROUP_VERSION, { min: 0, max: CURRENT_GROUP_VERSION }],
]);

/** The first records of a cluster that has none. */
export function bootstrapRecords(): readonly MetadataRecord[] {
  return [
    { type: 'FeatureLevelRecord', name: METADATA_VERSION, featureLevel: CURRENT_METADATA_VERSION },
    { type: 'FeatureLevelRecord', name: TRANSACTION_VERSION, featureLevel: CURRENT_TRANSACTION_VERSION },
    { type: 'FeatureLevelRecord', name: GROUP_VERSION, featureLevel: CURRENT_GROUP_VERSION },
  ];
}

/** The level that the cluster runs transactions at. */
export function transactionVersionOf({ features }: Pick<MetadataImage, 'features'>): number {
  return features.get(TRANSACTION_VERSION) ?? 0;
}

/**
 * What a node knows of a feature that it does not name: only level 0, which is none. Of metadata.version nothing is
 * known then: a registration without it says nothing.
 */
export function rangeOf(
  features: ReadonlyMap<string, FeatureRange>,
  feature: string,
): FeatureRange | undefined {
  return features.get(feature) ?? (feature === METADATA_VERSION ? undefined : { min: 0, max: 0 });
}

/** Kafka's FeatureUpdate.UpgradeType. */
export const UpgradeType = { UPGRADE: 1, SAFE_DOWNGRADE: 2, UNSAFE_DOWNGRADE: 3 } as const;

export interface FeatureUpdate {
  readonly feature: string;
  readonly maxVersionLevel: number;
  /** As sent. */
  readonly upgradeType: number;
}

export interface UpdatedFeature extends CommandError {
  readonly feature: string;
}

export interface UpdateFeaturesAnswer extends CommandError {
  /** Up to version 1 of the answer: one for each update. */
  readonly results: readonly UpdatedFeature[];
}

/** All updates or none: the answer's code is that of the first which is refused. */
export function updateFeatures(
  updates: readonly FeatureUpdate[],
  validateOnly: boolean,
  image: MetadataImage,
): CommandResult<UpdateFeaturesAnswer> {
  const results = updates.map((update) => ({ feature: update.feature, ...updateFault(update, image) }));
  const refused = results.find(({ errorCode }) => errorCode !== 0);
  if (refused !== undefined) {
    const { errorCode, errorMessage } = refused;
    return { records: [], response: { errorCode, errorMessage, results } };
  }
  const changes = updates.filter(
    ({ feature, maxVersionLevel }) => (image.features.get(feature) ?? 0) !== maxVersionLevel,
  );
  const records = changes.map(({ feature, maxVersionLevel }): MetadataRecord => {
    return { type: 'FeatureLevelRecord', name: feature, featureLevel: maxVersionLevel };
  });
  const response = { errorCode: 0, errorMessage: null, results };
  return { records: validateOnly ? [] : records, response };
}

function updateFault(
  { feature, maxVersionLevel, upgradeType }: FeatureUpdate,
  image: MetadataImage,
): CommandError {
  const supported = SUPPORTED_FEATURES.get(feature);
  const fault = (message: string): CommandError => refusal(ErrorCode.INVALID_UPDATE_VERSION, message);
  if (supported === undefined) return fault(`There is no feature '${feature}' here.`);
  if (!Object.values<number>(UpgradeType).includes(upgradeType)) {
    return refusal(ErrorCode.INVALID_REQUEST, `Unknown upgrade type ${String(upgradeType)}.`);
  }
  const current = image.features.get(feature) ?? 0;
  if (maxVersionLevel < current && upgradeType === UpgradeType.UPGRADE) {
    return fault(`Level ${String(maxVersionLevel)} of ${feature} would be a downgrade; ask for one.`);
  }
  if (maxVersionLevel < supported.min || maxVersionLevel > supported.max) {
    return fault(
      `Level ${String(maxVersionLevel)} of ${feature} is not supported; this version knows ${String(supported.min)} to ${String(supported.max)}.`,
    );
  }
  for (const { brokerId, features } of image.brokers.values()) {
    const range = rangeOf(features, feature);
    if (range === undefined || (maxVersionLevel >= range.min && maxVersionLevel <= range.max)) continue;
    return fault(
      `Broker ${String(brokerId)} knows levels ${String(range.min)} to ${String(range.max)} of ${feature}.`,
    );
  }
  return { errorCode: 0, errorMessage: null };
}
