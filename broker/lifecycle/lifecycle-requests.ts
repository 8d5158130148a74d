/** The two requests of a broker's life, BrokerRegistration and BrokerHeartbeat, over a channel to the controller. */
import { errorOf } from '../../protocol/errors.ts';
import {
  brokerRegistrationRequest,
  brokerRegistrationResponse,
} from '../../protocol/messages/62-broker-registration.ts';
import {
  brokerHeartbeatRequest,
  type BrokerHeartbeatResponse,
  brokerHeartbeatResponse,
} from '../../protocol/messages/63-broker-heartbeat.ts';
import { randomUuid } from '../controller/random-uuid.ts';
import { ControllerUnreachable } from '../controller-channel/controller-channel.ts';
import type { BrokerLifecycleOptions } from './lifecycle-options.ts';

const REGISTRATION_API = { request: brokerRegistrationRequest, response: brokerRegistrationResponse };
const REGISTRATION_VERSION = 4;
const HEARTBEAT_API = { request: brokerHeartbeatRequest, response: brokerHeartbeatResponse };
const HEARTBEAT_VERSION = 1;

export type RegistrationAnswer =
  | { readonly brokerEpoch: number }
  | { readonly brokerEpoch: null; readonly errorCode: number; readonly reason: string };

export interface Wishes {
  readonly brokerEpoch: number;
  readonly wantFence: boolean;
  readonly wantShutDown: boolean;
}

export class LifecycleRequests {
  readonly #options: BrokerLifecycleOptions;
  /** The same for every request of this process: a repeated registration is known by it. */
  readonly #incarnationId: string;

  constructor(options: BrokerLifecycleOptions) {
    this.#options = options;
    this.#incarnationId = randomUuid(options.platform.random);
  }

  async register(previousBrokerEpoch: number): Promise<RegistrationAnswer> {
    const { registration, channel, settings, offlineLogDirectoryIds } = this.#options;
    const { brokerId, clusterId, rack, endpoints, features, logDirectoryIds } = registration;
    const failed = offlineLogDirectoryIds();
    try {
      const { errorCode, brokerEpoch } = await channel.call(
        REGISTRATION_API,
        REGISTRATION_VERSION,
        {
          ...{ brokerId, clusterId, rack, incarnationId: this.#incarnationId },
          listeners: endpoints.map(({ listenerName: name, ...where }) => ({ name, ...where })),
          features: features.map(({ name, min, max }) => ({
            ...{ name, minSupportedVersion: min, maxSupportedVersion: max },
          })),
          logDirs: logDirectoryIds.filter((id) => !failed.includes(id)),
          previousBrokerEpoch: BigInt(previousBrokerEpoch),
        },
        { timeoutMs: settings.sessionTimeoutMs, errorOf: (answer) => answer.errorCode },
      );
      if (errorCode === 0) return { brokerEpoch: Number(brokerEpoch) };
      return { brokerEpoch: null, errorCode, reason: errorOf(errorCode).message };
    } catch (error) {
      if (!(error instanceof ControllerUnreachable)) throw error;
      return { brokerEpoch: null, errorCode: 0, reason: error.message };
    }
  }

  /** Rejects with ControllerUnreachable. Half a session, so that the controller hears of what changed meanwhile. */
  heartbeat({ brokerEpoch, wantFence, wantShutDown }: Wishes): Promise<BrokerHeartbeatResponse> {
    const { registration, channel, settings, metadataOffset, offlineLogDirectoryIds } = this.#options;
    return channel.call(
      HEARTBEAT_API,
      HEARTBEAT_VERSION,
      {
        brokerId: registration.brokerId,
        brokerEpoch: BigInt(brokerEpoch),
        currentMetadataOffset: BigInt(metadataOffset()),
        ...{ wantFence, wantShutDown },
        offlineLogDirs: offlineLogDirectoryIds(),
      },
      {
        timeoutMs: Math.ceil(settings.sessionTimeoutMs / 2),
        errorOf: (answer) => answer.errorCode,
      },
    );
  }
}
