/**
 * One leadership of the metadata log, seen from the controller: everything that lives while this node is active, and
 * that must not outlive it. A node that becomes active again starts a new one.
 *
 * Its first round makes the log of a new cluster say what it is written in, and gives leaders to partitions that have
 * none. From then on it watches the brokers, recovers partitions whose last in-sync replicas were lost, and gives
 * leaderships back to preferred replicas.
 */
import type { Logger } from '../platform/logger.ts';
import type { SilentBroker } from './broker-sessions.ts';
import { BrokerWatch } from './broker-watch.ts';
import { CommandRounds, type Decide } from './command-rounds.ts';
import type { ControllerOptions } from './controller-options.ts';
import { interBrokerAddress } from './inter-broker-address.ts';

export class ControllerTerm {
  readonly rounds: CommandRounds;
  readonly watch: BrokerWatch;
  readonly #logger: Logger;

  constructor(options: ControllerOptions, logger: Logger, epoch: number) {
    const { platform, nodeId, publisher, metadataLog, onFatal } = options;
    const image = () => publisher.image();
    const { brokerSessionTimeoutMs, interBrokerListenerName } = options.settings();
    this.#logger = logger;
    this.rounds = new CommandRounds({ epoch, metadataLog, image, logger, onFatal });
    this.watch = new BrokerWatch({
      ...{ platform, logger, nodeId, image },
      sessionTimeoutMs: brokerSessionTimeoutMs,
      addressOf: (brokerId) => interBrokerAddress(image().brokers.get(brokerId), interBrokerListenerName),
      fence: (brokers, isGone) => this.#fence(brokers, isGone),
    });
  }

  start(): void {
    this.watch.start();
  }

  end(reason: string): void {
    this.watch.stop();
    this.rounds.end(reason);
  }

  run<Response>(decide: Decide<Response>): Promise<Response> {
    return this.rounds.run(decide);
  }

  async #fence(brokers: readonly SilentBroker[], isGone: (broker: SilentBroker) => boolean): Promise<void> {
    this.#logger.warn(`Not built yet: fencing ${brokers.filter(isGone).length}`);
    await Promise.resolve();
  }
}
