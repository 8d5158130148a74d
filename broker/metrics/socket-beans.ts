/**
 * Connections, bytes and what waits, under the names of Kafka's SocketServer and RequestChannel. One thread serves all listeners here, so each
 * listener has the one network processor 0.
 */
import { type ListenerTraffic, TRAFFIC } from '../server/listener-traffic.ts';
import type { Attributes } from './bean-registry.ts';
import type { BrokerMetrics } from './broker-metrics.ts';

function attributesOf(traffic: ListenerTraffic): Attributes {
  const counted = TRAFFIC.flatMap((what) => [
    [`${what}-rate`, traffic.ratePerSecond(what)] as const,
    [`${what}-total`, traffic.total(what)] as const,
  ]);
  return {
    'connection-count': traffic.waiting().connections,
    'expired-connections-killed-count': traffic.expired,
    ...Object.fromEntries(counted),
  };
}

export function registerSocketBeans(metrics: BrokerMetrics, listeners: readonly ListenerTraffic[]): void {
  const sum = (amount: (traffic: ListenerTraffic) => number) => () =>
    listeners.reduce((total, traffic) => total + amount(traffic), 0);
  const sockets = 'kafka.server:type=socket-server-metrics';
  for (const traffic of listeners)
    metrics.bean(`${sockets},listener=${traffic.name},networkProcessor=0`, () => attributesOf(traffic));
  metrics.bean(sockets, () => ({
    'connection-count': sum((traffic) => traffic.waiting().connections)(),
    'broker-connection-accept-rate': sum((traffic) => traffic.ratePerSecond('connection-creation'))(),
  }));
  const gauges: Readonly<Record<string, () => number>> = {
    'SocketServer,name=ExpiredConnectionsKilledCount': sum(({ expired }) => expired),
    'RequestChannel,name=RequestQueueSize': sum((traffic) => traffic.waiting().requests),
    'RequestChannel,name=ResponseQueueSize': sum((traffic) => traffic.waiting().answers),
    'RequestChannel,name=ResponseQueueSize,processor=0': sum((traffic) => traffic.waiting().answers),
  };
  for (const [name, value] of Object.entries(gauges)) metrics.gauge(`kafka.network:type=${name}`, value);
}
