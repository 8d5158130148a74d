/** Test support: a real group coordinator on virtual time over a log in memory. */
import { OFFSETS_TOPIC } from '../../controller/topic-name.ts';
import { CoordinatorTestKit, TEST_BROKER_ID } from '../runtime/coordinator-test-kit.ts';
import type { ConsumerGroupTimes, GroupCoordinatorConfig } from './group-context.ts';
import { GroupCoordinator } from './group-coordinator.ts';
import { decodeGroupRecord, type GroupRecord } from './group-record.ts';

export const TEST_TIMES: ConsumerGroupTimes = {
  ...{ sessionTimeoutMs: 45_000, heartbeatIntervalMs: 5_000, assignmentIntervalMs: 0 },
};

export const TEST_CONFIG: GroupCoordinatorConfig = {
  minSessionTimeoutMs: 6_000,
  maxSessionTimeoutMs: 1_800_000,
  maxGroupSize: 2_147_483_647,
  initialRebalanceDelayMs: 3_000,
  offsetMetadataMaxBytes: 4_096,
  offsetsRetentionMs: 7 * 86_400_000,
  offsetsRetentionCheckIntervalMs: 600_000,
  offsetsTopicPartitions: 50,
  offsetsCommitTimeoutMs: 5_000,
  consumer: {
    timesOf: () => TEST_TIMES,
    maxSize: 2_147_483_647,
    ...{
      assignors: ['uniform', 'range'],
      regexRefreshIntervalMs: 600_000,
      migrationPolicy: 'bidirectional',
    },
  },
};

export class GroupTestKit extends CoordinatorTestKit<GroupCoordinator, GroupRecord> {
  config: GroupCoordinatorConfig;
  coordinator: GroupCoordinator;

  constructor(config: Partial<GroupCoordinatorConfig> = {}, seed = 1) {
    super(seed);
    this.config = { ...TEST_CONFIG, ...config };
    this.coordinator = this.newCoordinator();
  }

  protected newCoordinator(): GroupCoordinator {
    return new GroupCoordinator({
      ...{ platform: this.platform, logger: this.logger, brokerId: TEST_BROKER_ID, log: this.log },
      config: () => this.config,
      image: () => this.image,
      createOffsetsTopic: () => {
        this.createTopic(OFFSETS_TOPIC, this.config.offsetsTopicPartitions);
        return Promise.resolve();
      },
    });
  }

  protected decode(key: Buffer, value: Buffer | null): GroupRecord | null {
    return decodeGroupRecord(key, value);
  }

  /** Creates __consumer_offsets and waits until its partitions are loaded. */
  async start(): Promise<void> {
    await this.coordinator.findCoordinators(['any'], 'PLAINTEXT');
    await this.platform.advance(0);
  }
}
