/**
 * Changes settings of a running broker (KIP-226). The broker itself decides what can be changed while it runs; what it
 * refuses is answered in its words, and what it took is answered once it tells so itself. Old values are asked for first, so that the audit trail has them.
 */
import { alterConfigs } from '../../kafka-client/admin/alter-configs.ts';
import { ConfigResourceType } from '../../kafka-client/admin/describe-configs.ts';
import type { BrokerDetail, ChangeBroker } from '../contracts/brokers.ts';
import type { Config } from '../contracts/configs.ts';
import { readBrokerConfigs, relearnBrokerConfigs } from './broker-configs.ts';
import { brokerDetail } from './brokers.ts';
import { requireWritable } from './changing-cluster.ts';
import { changesText, isChanged } from './config-contract.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { changeFailure, isOpenOutcome, kafkaOf, readFailure } from './kafka-connections.ts';
import { requireSnapshot } from './watched-clusters.ts';

export async function changeBroker(
  context: ConsoleContext,
  clusterId: string,
  id: string,
  { configs }: ChangeBroker,
  note: (detail: string) => void,
): Promise<BrokerDetail> {
  const cluster = requireSnapshot(context, clusterId);
  const broker = cluster.snapshot.brokers.find((each) => String(each.id) === id);
  if (broker === undefined)
    throw new ConsoleError('not-found', `Cluster "${clusterId}" has no broker ${id}.`);
  requireWritable(cluster);
  const { settings } = cluster;
  const before = await readBrokerConfigs(settings, broker.id).catch((error: unknown) => {
    throw readFailure(error);
  });
  note(changesText(before, configs));
  const resource = { type: ConfigResourceType.broker, name: id };
  // After a refusal whatever holds is right.
  let isRight = (_configs: readonly Config[]): boolean => true;
  try {
    const [outcome] = await alterConfigs(kafkaOf(settings), [{ resource, configs }], broker.id);
    requireAltered(outcome?.error ?? null, outcome?.message ?? null);
    isRight = (now) => isChanged(now, configs, 'dynamicBroker');
  } catch (error) {
    throw changeFailure(error);
  } finally {
    await relearnBrokerConfigs(settings, broker.id, isRight);
  }
  return brokerDetail(context, clusterId, id);
}

function requireAltered(error: string | null, message: string | null): void {
  if (error === null) return;
  const words = message === null || message === '' ? error : `${error}: ${message}`;
  if (isOpenOutcome(error))
    throw new ConsoleError('outcome-unknown', `Kafka answered ${words}. Look whether it happened.`);
  throw new ConsoleError('refused-by-kafka', `Kafka refused it: ${words}`);
}
