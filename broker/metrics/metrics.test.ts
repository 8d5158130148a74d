import { describe, expect, it } from 'vitest';
import { BrokerMetrics } from './broker-metrics.ts';
import { Histogram } from './histogram.ts';
import { failure, type JolokiaAnswer, JolokiaView } from './jolokia.ts';
import { requestFromJson, requestFromPath } from './jolokia-request.ts';
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

function ask(metrics: BrokerMetrics, read: () => ReturnType<typeof requestFromJson>): JolokiaAnswer {
  try {
    return view(metrics).answer(read());
  } catch (error) {
    return failure(error);
  }
}
const post = (metrics: BrokerMetrics, body: unknown): JolokiaAnswer =>
  ask(metrics, () => requestFromJson(body));
const get = (metrics: BrokerMetrics, path: string, query: Record<string, string> = {}): JolokiaAnswer =>
  ask(metrics, () => requestFromPath(path, query));

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
  const memory = 'java.lang:type=Memory';
  const usage = { used: 5, max: 9 };

  it('reads one attribute, several, all, and inside a composite', () => {
    const { metrics } = metricsWithTraffic();
    const mbean = 'kafka.server:topic=orders,name=BytesInPerSec,type=BrokerTopicMetrics';
    expect(post(metrics, { type: 'read', mbean, attribute: 'Count' })).toEqual({
      request: {
        type: 'read',
        mbean: 'kafka.server:name=BytesInPerSec,topic=orders,type=BrokerTopicMetrics',
        attribute: 'Count',
      },
      value: 300,
      timestamp: 5,
      status: 200,
    });
    expect(post(metrics, { type: 'READ', mbean, attribute: ['Count', 'EventType'] }).value).toEqual({
      Count: 300,
      EventType: 'bytes',
    });
    expect(get(metrics, '/read/java.lang:type=Memory/HeapMemoryUsage/used').value).toBe(5);
    expect(get(metrics, `read/${memory}`).value).toEqual({ HeapMemoryUsage: usage, Verbose: false });
    expect(get(metrics, `read/${memory}`, { includeRequest: 'false' })).not.toHaveProperty('request');
  });

  it('answers a pattern with canonical names, and only with what has one of the attributes', () => {
    const { metrics } = metricsWithTraffic();
    const mbean = 'kafka.server:type=BrokerTopicMetrics,name=BytesInPerSec,*';
    expect(post(metrics, { type: 'read', mbean, attribute: 'Count' }).value).toEqual({
      'kafka.server:name=BytesInPerSec,type=BrokerTopicMetrics': { Count: 300 },
      'kafka.server:name=BytesInPerSec,topic=orders,type=BrokerTopicMetrics': { Count: 300 },
    });
    const both = post(metrics, { type: 'read', mbean: '*:*', attribute: ['Verbose', 'Nope'] });
    expect(both.value).toEqual({ [memory]: { Verbose: false } });
  });

  it('goes down paths, all ways where it says *, and finds null where one leads nowhere', () => {
    const { metrics } = metricsWithTraffic();
    expect(get(metrics, `read/${memory}/HeapMemoryUsage/nope`).value).toBeNull();
    expect(get(metrics, `read/${memory}/HeapMemoryUsage/used/deeper`).value).toBeNull();
    expect(get(metrics, 'read/java.lang:type=Mem*/HeapMemoryUsage/*/*/used').value).toEqual({
      [memory]: { HeapMemoryUsage: 5 },
    });
    expect(get(metrics, 'read/java.lang:type=Mem*/HeapMemoryUsage/*/used').value).toBeNull();
  });

  it('tells no more levels than asked for', () => {
    const { metrics } = metricsWithTraffic();
    expect(get(metrics, `read/${memory}`, { maxDepth: '1' }).value).toEqual({
      HeapMemoryUsage: '{"used":5,"max":9}',
      Verbose: 'false',
    });
    expect(get(metrics, 'list', { maxDepth: '1' }).value).toMatchObject({
      'java.lang': '1',
      'kafka.log': '1',
    });
    expect(get(metrics, 'list/java.lang', { maxDepth: '1' }).value).toEqual({ 'type=Memory': '1' });
    expect(get(metrics, 'list/java.lang', { maxDepth: '2' }).value).toEqual({
      'type=Memory': { desc: memory, attr: '1', op: '1' },
    });
  });

  it('tells of what it cannot read in its own place when errors are to be passed over', () => {
    const { metrics } = metricsWithTraffic();
    const request = { type: 'read', mbean: memory, attribute: ['Verbose', 'Nope'] };
    expect(post(metrics, request)).toMatchObject({ status: 404 });
    expect(post(metrics, { ...request, config: { ignoreErrors: true } }).value).toEqual({
      Verbose: false,
      Nope: 'ERROR: No such attribute: Nope (class javax.management.AttributeNotFoundException)',
    });
  });

  const illegal = 'java.lang.IllegalArgumentException';
  it.each([
    [{ type: 'read', mbean: 'a:type=No' }, 404, 'javax.management.InstanceNotFoundException', 'a:type=No'],
    [
      { type: 'read', mbean: 'x:type=*' },
      404,
      'javax.management.InstanceNotFoundException',
      'No MBean with pattern x:type=* found for reading attributes',
    ],
    [
      { type: 'read', mbean: memory, attribute: 'No' },
      404,
      'javax.management.AttributeNotFoundException',
      'No such attribute: No',
    ],
    [
      { type: 'read', mbean: 'java.lang:*', attribute: 'No' },
      400,
      illegal,
      `No matching attributes [No] found on MBeans [${memory}]`,
    ],
    [
      { type: 'read', mbean: 'nonsense' },
      400,
      illegal,
      'Invalid object name. nonsense is not domain:key=value,...',
    ],
    [{ type: 'read' }, 400, illegal, 'Object name can not be null'],
    [{ type: 'read', mbean: 5 }, 400, illegal, 'The object name is no text'],
    [
      { type: 'read', mbean: memory, attribute: [1] },
      400,
      illegal,
      'The attribute is no text, and no list of texts',
    ],
    [{ type: 'read', mbean: memory, path: 1 }, 400, illegal, 'The path is no text'],
    [{ type: 1 }, 400, illegal, 'The type is no text'],
    [{}, 400, illegal, 'No type given'],
    [5, 400, illegal, 'Invalid JSON Request 5'],
    [null, 400, illegal, 'Invalid JSON Request null'],
    [{ type: 'list', path: 'java.lang/type=No' }, 400, illegal, "No MBean 'java.lang:type=No' found"],
    [{ type: 'list', path: 'java.lang/type=Memory/no' }, 400, illegal, 'Illegal path element no'],
    [{ type: 'bogus' }, 500, 'java.lang.UnsupportedOperationException', "No type with name 'bogus' exists"],
    [
      { type: 'exec', mbean: memory },
      403,
      'java.lang.SecurityException',
      'exec is not allowed: this agent only tells',
    ],
  ])('tells an error in the answer: %j', (request, status, type, message) => {
    const answer = post(metricsWithTraffic().metrics, request);
    expect(answer).toMatchObject({ status, error_type: type, error: `${type} : ${message}` });
    expect(answer).not.toHaveProperty('timestamp');
    expect(answer).not.toHaveProperty('error_value');
  });

  it('gives an error as an object too, to who wants that', () => {
    const request = { type: 'read', mbean: 'a:type=No', config: { serializeException: true } };
    const error_value = { message: 'a:type=No', localizedMessage: 'a:type=No', cause: null, suppressed: [] };
    expect(post(metricsWithTraffic().metrics, request)).toMatchObject({ status: 404, error_value });
  });

  it('searches and lists', () => {
    const { metrics } = metricsWithTraffic();
    expect(get(metrics, 'search/kafka.log:type=Log,*').value).toEqual([
      'kafka.log:name=Size,partition=0,topic=orders,type=Log',
    ]);
    expect(get(metrics, 'search/x:*').value).toEqual([]);
    expect(get(metrics, 'list/java.lang').value).toHaveProperty(['type=Memory', 'attr']);
    expect(get(metrics, 'list/nowhere').value).toEqual({});
    const size = 'list/kafka.log/type=Log,name=Size,topic=orders,partition=0/attr/Value/type';
    expect(get(metrics, size).value).toBe('long');
    expect(get(metrics, '').value).toMatchObject({ agent: '1', protocol: '8.0' });
    expect(get(metrics, 'search')).toMatchObject({ status: 400 });
  });

  it('unquotes paths', () => {
    const { mbean, ...request } = requestFromPath('read/a:name="x!/y!!z!""/A,B/c!/d');
    expect(mbean && canonicalName(mbean)).toBe('a:name="x/y!z""');
    expect(request).toMatchObject({ attribute: ['A', 'B'], path: 'c!/d' });
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
