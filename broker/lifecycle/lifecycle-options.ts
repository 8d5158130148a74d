/** What a broker tells the controller of itself, and how patient it is. */
import type { BrokerEndpoint } from '../controller/image.ts';
import type { ControllerChannel } from '../controller-channel/controller-channel.ts';
import type { Logger } from '../platform/logger.ts';
import type { Platform } from '../platform/platform.ts';

export interface SupportedFeature {
  readonly name: string;
  readonly min: number;
  readonly max: number;
}

export interface BrokerRegistrationData {
  readonly brokerId: number;
  readonly clusterId: string;
  readonly rack: string | null;
  /** With the ports that were really bound. */
  readonly endpoints: readonly BrokerEndpoint[];
  readonly features: readonly SupportedFeature[];
  readonly logDirectoryIds: readonly string[];
}

export interface LifecycleSettings {
  /** broker.heartbeat.interval.ms */
  readonly heartbeatIntervalMs: number;
  /** broker.session.timeout.ms */
  readonly sessionTimeoutMs: number;
  /** initial.broker.registration.timeout.ms */
  readonly registrationTimeoutMs: number;
}

export interface BrokerLifecycleOptions {
  readonly platform: Pick<Platform, 'clock' | 'timers' | 'random'>;
  readonly logger: Logger;
  /** One that no slower requests go over: heartbeats must not wait for them. */
  readonly channel: ControllerChannel;
  readonly registration: BrokerRegistrationData;
  /** From the mark of the last clean stop; -1 when there is none. */
  readonly previousBrokerEpoch: number;
  /** Offset of the last metadata record that this broker has applied. */
  readonly metadataOffset: () => number;
  /** Directory ids whose disk failed. */
  readonly offlineLogDirectoryIds: () => readonly string[];
  readonly settings: LifecycleSettings;
  /** This broker can no longer be part of its cluster: end the process. */
  readonly onFatal: (message: string, cause: unknown) => void;
}
