/** The check that every request of a broker to the controller begins with: is it the registration that counts now? */
import { ErrorCode } from '../../protocol/errors.ts';
import { type CommandError, refusal } from './command.ts';
import type { BrokerRegistration, MetadataImage } from './image.ts';

/** STALE_BROKER_EPOCH also for brokers that nobody knows, as Kafka's ClusterControlManager answers. */
export function registrationOf(
  brokerId: number,
  brokerEpoch: number,
  image: MetadataImage,
): BrokerRegistration | CommandError {
  const broker = image.brokers.get(brokerId);
  if (broker?.brokerEpoch === brokerEpoch) return broker;
  return refusal(
    ErrorCode.STALE_BROKER_EPOCH,
    broker === undefined
      ? `Broker ${String(brokerId)} is not registered.`
      : `Broker ${String(brokerId)} is registered with epoch ${String(broker.brokerEpoch)}, not ${String(brokerEpoch)}.`,
  );
}
