import { describe, expect, it } from 'vitest';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import { registerSocketBeans } from '../metrics/socket-beans.ts';
import { ListenerTraffic } from './listener-traffic.ts';

describe('traffic of listeners', () => {
  it('is told by listener, and what waits by all of them', () => {
    const clock = { now: 0, wallMs: () => 0, monotonicMs: () => clock.now };
    const metrics = new BrokerMetrics(clock);
    const inside = new ListenerTraffic('INSIDE', clock, () => ({ connections: 3, requests: 2, answers: 1 }));
    const outside = new ListenerTraffic('OUTSIDE', clock, () => ({
      connections: 1,
      requests: 5,
      answers: 0,
    }));
    registerSocketBeans(metrics, [inside, outside]);
    inside.count('incoming-byte', 300);
    inside.count('incoming-byte', 300);
    inside.count('failed-authentication');
    outside.expired += 1;
    const read = (name: string) => [...metrics.beans.beans()].find((bean) => bean.name === name)?.read();
    const sockets = 'kafka.server:type=socket-server-metrics';
    expect(read(`${sockets},listener=INSIDE,networkProcessor=0`)).toMatchObject({
      'connection-count': 3,
      'incoming-byte-total': 600,
      'incoming-byte-rate': 20,
      'failed-authentication-total': 1,
      'expired-connections-killed-count': 0,
    });
    expect(read(`${sockets},listener=OUTSIDE,networkProcessor=0`)).toMatchObject({
      'incoming-byte-total': 0,
    });
    expect(read(sockets)).toMatchObject({ 'connection-count': 4 });
    expect(read('kafka.network:type=RequestChannel,name=RequestQueueSize')).toEqual({ Value: 7 });
    expect(read('kafka.network:type=RequestChannel,name=ResponseQueueSize')).toEqual({ Value: 1 });
    expect(read('kafka.network:type=SocketServer,name=ExpiredConnectionsKilledCount')).toEqual({ Value: 1 });
    clock.now += 61_000;
    expect(read(`${sockets},listener=INSIDE,networkProcessor=0`)).toMatchObject({
      'incoming-byte-total': 600,
      'incoming-byte-rate': 0,
    });
  });
});
