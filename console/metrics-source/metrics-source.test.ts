import { describe, expect, it } from 'vitest';
import { NotThisSourceError } from './broker-reading.ts';
import { parseJolokia } from './jolokia.ts';
import { parsePrometheus, readingOf } from './prometheus.ts';

describe('Jolokia', () => {
  const meter = (value: number): object => ({ status: 200, value });
  const missing = { status: 404, error_type: 'javax.management.InstanceNotFoundException' };
  const byTopic = (topic: string, count: number): object => ({
    status: 200,
    value: { [`kafka.server:name=BytesInPerSec,topic=${topic},type=BrokerTopicMetrics`]: { Count: count } },
  });
  const memory = { HeapMemoryUsage: { used: 100, max: 5 }, NonHeapMemoryUsage: { used: 20 } };
  const all = [
    meter(10),
    meter(1_000),
    meter(2_000),
    byTopic('orders', 7),
    byTopic('orders', 700),
    missing,
    { status: 200, value: { ProcessCpuLoad: 0.25 } },
    { status: 200, value: memory },
    meter(3),
    { status: 200, value: { 'kafka.server:id=1,type=app-info': { version: '4.3.1' } } },
  ];

  it('reads what Kafka has under its own names', () => {
    expect(parseJolokia(JSON.stringify(all), 5)).toEqual({
      atMs: 5,
      total: { messagesIn: 10, bytesIn: 1_000, bytesOut: 2_000 },
      topics: new Map([['orders', { messagesIn: 7, bytesIn: 700, bytesOut: 0 }]]),
      cpuLoad: 0.25,
      cpuSeconds: null,
      memoryBytes: 120,
      underReplicatedPartitions: 3,
      version: '4.3.1',
    });
  });

  it('leaves unknown what the broker does not have, and does not make it zero', () => {
    const reading = parseJolokia(JSON.stringify(all.map(() => missing)), 5);
    expect(reading).toEqual({
      atMs: 5,
      total: { messagesIn: null, bytesIn: null, bytesOut: null },
      topics: null,
      cpuLoad: null,
      cpuSeconds: null,
      memoryBytes: null,
      underReplicatedPartitions: null,
      version: null,
    });
  });

  it.each([
    ['text', '# HELP'],
    ['another JSON', '{"status":"UP"}'],
    ['too few answers', '[]'],
  ])('leaves %s to another source', (_name, text) => {
    expect(() => parseJolokia(text, 0)).toThrow(NotThisSourceError);
  });
});

describe('Prometheus text', () => {
  it('reads labels with escapes, and skips what it cannot read', () => {
    const text = [
      '# TYPE x counter',
      'x{a="1",b="q\\"u\\\\o\\nte",} 4 1700000000000',
      'y 1.5e3',
      'z NaN',
      'broken{a=1} 3',
      'no value',
      '',
    ].join('\n');
    expect(parsePrometheus(text)).toEqual([
      { name: 'x', labels: { a: '1', b: 'q"u\\o\nte' }, value: 4 },
      { name: 'y', labels: {}, value: 1_500 },
    ]);
  });

  it.each([
    [
      'default names of jmx_exporter',
      `kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"} 100
kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec",topic="t"} 60
kafka_server_ReplicaManager_Value{name="UnderReplicatedPartitions"} 2
java_lang_OperatingSystem_ProcessCpuLoad 0.5
java_lang_Memory_HeapMemoryUsage_used 9`,
    ],
    [
      'default names in small letters (lowercaseOutputName)',
      `kafka_server_brokertopicmetrics_count{name="BytesInPerSec"} 100
kafka_server_brokertopicmetrics_count{name="BytesInPerSec",topic="t"} 60
kafka_server_replicamanager_value{name="UnderReplicatedPartitions"} 2
java_lang_operatingsystem_processcpuload 0.5
java_lang_memory_heapmemoryusage_used 9`,
    ],
    [
      'names of its example rules',
      `kafka_server_brokertopicmetrics_bytesin_total 100
kafka_server_brokertopicmetrics_bytesin_total{topic="t"} 60
kafka_server_replicamanager_underreplicatedpartitions 2
java_lang_operatingsystem_processcpuload 0.5
jvm_memory_used_bytes{area="heap"} 6
jvm_memory_used_bytes{area="nonheap"} 3`,
    ],
  ])('understands the %s', (_name, text) => {
    expect(readingOf(parsePrometheus(text), 7)).toMatchObject({
      atMs: 7,
      total: { messagesIn: null, bytesIn: 100, bytesOut: null },
      topics: new Map([['t', { messagesIn: 0, bytesIn: 60, bytesOut: 0 }]]),
      cpuLoad: 0.5,
      memoryBytes: 9,
      underReplicatedPartitions: 2,
    });
  });

  it('reads neither a line that no broker writes nor one that nobody wants', () => {
    const text = `x{a="${'}'.repeat(20_000)}"} 1\nunwanted{a="1"} 2\ny 3`;
    expect(parsePrometheus(text, (name) => name !== 'unwanted')).toEqual([
      { name: 'y', labels: {}, value: 3 },
    ]);
  });

  it('does not take the page of something else for a broker', () => {
    expect(() => readingOf(parsePrometheus('http_requests_total 4'), 0)).toThrow(NotThisSourceError);
  });
});
