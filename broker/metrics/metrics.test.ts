import { describe, expect, it } from 'vitest';
import { BrokerMetrics } from './broker-metrics.ts';
import { Histogram } from './histogram.ts';
import { JolokiaView, requestFromJson, requestFromPath } from './jolokia.ts';
import { Meter } from './meter.ts';
import { canonicalName, nameMatches, parseObjectName, wildcardMatches } from './object-name.ts';
import { prometheusText } from './prometheus-text.ts';

function virtualClock() {
  const clock = { now: 0, wallMs: () => clock.now, monotonicMs: () => clock.now };
  return clock;
}

function metricsWithTraffic() {
  const clock = virtualClock();
  const metrics = new BrokerMetrics(clock);
  metrics.recordIn('orders', 3, 300);
  metrics.gauge('kafka.log:type=Log,name=Size,topic=orders,partition=0', () => 300);
  metrics.bean('java.lang:type=Memory', () => ({ HeapMemoryUsage: { used: 5, max: 9 }, Verbose: false }));
  return { clock, metrics };
}

const view = (metrics: BrokerMetrics): JolokiaView => new JolokiaView(metrics.beans.beans(), '1', 5_000);

describe('a meter', () => {
  it('approaches a steady rate at the speed of its window and fades in silence', () => {
    const clock = virtualClock();
    const meter = new Meter(clock);
    for (let second = 0; second < 60; second += 1) {
      meter.mark(100);
      clock.now += 1_000;
    }
    const steady = meter.read();
    expect(steady.count).toBe(6_000);
    expect(steady.meanPerSecond).toBeCloseTo(100, 5);
    expect(steady.oneMinutePerSecond).toBeCloseTo(100, 5);
    clock.now += 60_000;
    const faded = meter.read();
    expect(faded.oneMinutePerSecond).toBeCloseTo(100 / Math.E, 0);
    expect(faded.fifteenMinutePerSecond).toBeGreaterThan(90);
    clock.now += 1e9;
    expect(meter.read().fifteenMinutePerSecond).toBeLessThan(1e-6);
  });
});

describe('a histogram', () => {
  it('keeps extremes of all and percentiles of the recent values', () => {
    const histogram = new Histogram();
    expect(histogram.read()).toMatchObject({ count: 0, min: 0, max: 0, mean: 0 });
    histogram.update(1_000);
    for (let value = 0; value < 256; value += 1) histogram.update(value);
    const reading = histogram.read();
    expect(reading).toMatchObject({ count: 257, min: 0, max: 1_000 });
    expect(reading.percentile(0.5)).toBe(128);
    expect(reading.percentile(0.999)).toBe(255);
  });
});

describe('object names', () => {
  it('are the same in any order of their keys', () => {
    const name = parseObjectName('kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,topic=t');
    expect(name && canonicalName(name)).toBe(
      'kafka.server:name=BytesInPerSec,topic=t,type=BrokerTopicMetrics',
    );
    expect(parseObjectName('no colon')).toBeUndefined();
    expect(parseObjectName('d:novalue')).toBeUndefined();
  });

  it.each([
    ['kafka.log:type=Log,*', true],
    ['kafka.*:type=Log,name=Size,topic=*,partition=?', true],
    ['kafka.log:type=Log,name=Size', false],
    ['kafka.log:type=Log,name=End*,*', false],
  ])('pattern %s', (text, expected) => {
    const name = parseObjectName('kafka.log:type=Log,name=Size,topic=a.b,partition=0');
    const pattern = parseObjectName(text);
    expect(pattern && name && nameMatches(pattern, name)).toBe(expected);
  });

  it('matches wildcards in linear time', () => {
    expect(wildcardMatches(`${'*a'.repeat(2_000)}b`, 'a'.repeat(5_000))).toBe(false);
    expect(wildcardMatches('*a*', 'bab')).toBe(true);
  });
});

describe('Prometheus text', () => {
  it('has the names of jmx_exporter without rules', () => {
    const { metrics } = metricsWithTraffic();
    const text = prometheusText(metrics.beans.beans(), [
      { name: 'process_cpu_seconds_total', type: 'counter', value: 1.5 },
    ]);
    const lines = text.split('\n');
    expect(lines).toContain('# TYPE process_cpu_seconds_total counter');
    expect(lines).toContain('kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec",topic="orders"} 300');
    expect(lines).toContain('kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"} 300');
    expect(lines).toContain('kafka_log_Log_Value{name="Size",topic="orders",partition="0"} 300');
    expect(lines).toContain('java_lang_Memory_HeapMemoryUsage_used 5');
    expect(lines).toContain(
      'kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="FetchFollower"} 0',
    );
    expect(lines).toContain('java_lang_Memory_Verbose 0');
    expect(text).not.toContain('RateUnit');
    expect(
      lines.filter((line) => line === '# TYPE kafka_server_BrokerTopicMetrics_Count untyped'),
    ).toHaveLength(1);
  });
});

describe('Jolokia', () => {
  it('reads one attribute, several, all, and inside a composite', () => {
    const { metrics } = metricsWithTraffic();
    const mbean = 'kafka.server:topic=orders,name=BytesInPerSec,type=BrokerTopicMetrics';
    expect(view(metrics).answer({ type: 'read', mbean, attribute: 'Count' })).toEqual({
      request: { type: 'read', mbean, attribute: 'Count' },
      value: 300,
      timestamp: 5,
      status: 200,
    });
    expect(view(metrics).answer({ type: 'read', mbean, attribute: ['Count', 'EventType'] }).value).toEqual({
      Count: 300,
      EventType: 'bytes',
    });
    const memory = requestFromPath('/read/java.lang:type=Memory/HeapMemoryUsage/used');
    expect(view(metrics).answer(memory).value).toBe(5);
    const all = view(metrics).answer(requestFromPath('read/java.lang:type=Memory'));
    expect(all.value).toEqual({ HeapMemoryUsage: { used: 5, max: 9 }, Verbose: false });
  });

  it('answers a pattern with canonical names', () => {
    const { metrics } = metricsWithTraffic();
    const request = {
      type: 'read',
      mbean: 'kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,*',
      attribute: 'Count',
    };
    expect(view(metrics).answer(request).value).toEqual({
      'kafka.server:name=BytesInPerSec,type=BrokerTopicMetrics': { Count: 300 },
      'kafka.server:name=BytesInPerSec,topic=orders,type=BrokerTopicMetrics': { Count: 300 },
    });
  });

  it.each([
    [{ type: 'read', mbean: 'kafka.server:type=Nothing' }, 404, 'javax.management.InstanceNotFoundException'],
    [{ type: 'read', mbean: 'x:type=*' }, 404, 'javax.management.InstanceNotFoundException'],
    [
      { type: 'read', mbean: 'java.lang:type=Memory', attribute: 'No' },
      404,
      'javax.management.AttributeNotFoundException',
    ],
    [{ type: 'read', mbean: 'nonsense' }, 400, 'javax.management.MalformedObjectNameException'],
    [{ type: 'exec', mbean: 'java.lang:type=Memory' }, 400, 'java.lang.IllegalArgumentException'],
  ])('tells an error in the answer: %j', (request, status, type) => {
    const answer = view(metricsWithTraffic().metrics).answer(request);
    expect(answer).toMatchObject({ status, error_type: type });
  });

  it('searches and lists', () => {
    const { metrics } = metricsWithTraffic();
    expect(view(metrics).answer(requestFromPath('search/kafka.log:*')).value).toEqual([
      'kafka.log:name=Size,partition=0,topic=orders,type=Log',
    ]);
    expect(view(metrics).answer(requestFromPath('list/java.lang')).value).toHaveProperty([
      'type=Memory',
      'attr',
    ]);
    expect(view(metrics).answer(requestFromPath('')).value).toMatchObject({ protocol: '7.2' });
  });

  it('unquotes paths and refuses bodies of another shape', () => {
    expect(requestFromPath('read/a:name="x!/y!!z!""/A,B')).toEqual({
      type: 'read',
      mbean: 'a:name="x/y!z""',
      attribute: ['A', 'B'],
    });
    expect(requestFromJson({ type: 'READ', mbean: 'a:b=c', attribute: null })).toEqual({
      type: 'read',
      mbean: 'a:b=c',
    });
    for (const wrong of [
      null,
      5,
      {},
      { type: 1 },
      { type: 'read', mbean: 5 },
      { type: 'read', attribute: [1] },
    ]) {
      expect(requestFromJson(wrong)).toBeUndefined();
    }
  });
});

describe('meters of topics', () => {
  it('come with traffic, go with the topic, and are never made for a name that only failed', () => {
    const { metrics } = metricsWithTraffic();
    const names = (): string[] => [...metrics.beans.beans()].map((bean) => bean.name);
    metrics.failedProduce('invented');
    expect(names().some((name) => name.includes('topic=invented'))).toBe(false);
    expect(names()).toContain('kafka.server:type=BrokerTopicMetrics,name=FailedProduceRequestsPerSec');
    metrics.removeTopic('orders');
    expect(names().some((name) => name.includes('BrokerTopicMetrics') && name.includes('topic=orders'))).toBe(
      false,
    );
  });
});
