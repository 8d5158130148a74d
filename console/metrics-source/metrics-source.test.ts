/** What is read of a broker from both kinds of answer, what is not, and why; long answers do not hold the process up. */
import { gzipSync } from 'node:zlib';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/testing/free-ports.ts';
import { NotThisSourceError, type BrokerReading } from './broker-reading.ts';
import { METRICS_BYTES_MAX } from './http-text.ts';
import { parseJolokia } from './jolokia.ts';
import { MetricsSource } from './metrics-source.ts';
import { readPrometheusText } from './prometheus.ts';
import { sampleOf } from './prometheus-line.ts';

const place = { url: 'http://b:1/jolokia/', atMs: 5 };

describe('Jolokia', () => {
  const meter = (value: number): object => ({ status: 200, value });
  const missing = { status: 404, error_type: 'javax.management.InstanceNotFoundException' };
  const meters = (counts: Readonly<Record<string, number>>, type = 'BrokerTopicMetrics'): object => ({
    status: 200,
    value: Object.fromEntries(
      Object.entries(counts).map(([name, Count]) => [`kafka.server:name=${name},type=${type}`, { Count }]),
    ),
  });
  const times = (count: number): object => ({
    status: 200,
    value: { Count: count, '50thPercentile': 0.5, '95thPercentile': 2, '99thPercentile': 40 },
  });
  const byTopic = (topic: string, count: number): object => ({
    status: 200,
    value: { [`kafka.server:name=BytesInPerSec,topic=${topic},type=BrokerTopicMetrics`]: { Count: count } },
  });
  const memory = { HeapMemoryUsage: { used: 100, max: 5 }, NonHeapMemoryUsage: { used: 20 } };
  const all = [
    meters({
      MessagesInPerSec: 10,
      BytesInPerSec: 1_000,
      BytesOutPerSec: 2_000,
      BytesRejectedPerSec: 5,
      TotalProduceRequestsPerSec: 30,
      FailedProduceRequestsPerSec: 3,
      TotalFetchRequestsPerSec: 40,
      FailedFetchRequestsPerSec: 4,
      ProduceMessageConversionsPerSec: 6,
      ReplicationBytesInPerSec: 900,
      ReplicationBytesOutPerSec: 901,
      RemoteCopyBytesPerSec: 1,
    }),
    meters({ IsrShrinksPerSec: 1, IsrExpandsPerSec: 2 }, 'ReplicaManager'),
    byTopic('orders', 7),
    byTopic('orders', 700),
    missing,
    times(100),
    times(0),
    missing,
    meter(12_500_000_000),
    { status: 200, value: { ProcessCpuLoad: 0.25, AvailableProcessors: 4 } },
    { status: 200, value: memory },
    meter(3),
    { status: 200, value: { 'kafka.server:id=1,type=app-info': { Version: '4.3.1' } } },
    missing,
  ];

  it('reads what Kafka has under its own names', async () => {
    expect(await parseJolokia(JSON.stringify(all), place)).toEqual({
      atMs: 5,
      total: {
        messagesIn: 10,
        bytesIn: 1_000,
        bytesOut: 2_000,
        bytesRejected: 5,
        produceRequests: 30,
        failedProduceRequests: 3,
        fetchRequests: 40,
        failedFetchRequests: 4,
        produceConversions: 6,
        fetchConversions: null,
        replicationBytesIn: 900,
        replicationBytesOut: 901,
        isrShrinks: 1,
        isrExpands: 2,
      },
      requestTimes: {
        produce: { count: 100, p50Ms: 0.5, p95Ms: 2, p99Ms: 40 },
        fetchConsumer: { count: 0, p50Ms: 0.5, p95Ms: 2, p99Ms: 40 },
        fetchFollower: null,
      },
      topics: new Map([['orders', { messagesIn: 7, bytesIn: 700, bytesOut: 0 }]]),
      cpuSeconds: 12.5,
      cpusInUse: 1,
      memoryBytes: 120,
      underReplicatedPartitions: 3,
      version: '4.3.1',
      absent: new Map([
        [
          'fetchConversions',
          'Count of kafka.server:type=BrokerTopicMetrics,name=FetchMessageConversionsPerSec',
        ],
        [
          'fetchFollower',
          '50thPercentile, 95thPercentile, 99thPercentile of kafka.network:type=RequestMetrics,name=TotalTimeMs,request=FetchFollower',
        ],
      ]),
    });
  });

  it('leaves unknown what the broker does not have, does not make it zero, and says what was looked for', async () => {
    const reading = await parseJolokia(JSON.stringify(all.map(() => missing)), place);
    expect(reading.absent.get('bytesOut')).toBe(
      'Count of kafka.server:type=BrokerTopicMetrics,name=BytesOutPerSec',
    );
    expect([...reading.absent.keys()]).toHaveLength(20);
    expect(reading).toMatchObject({
      atMs: 5,
      total: { messagesIn: null, bytesIn: null, bytesOut: null },
      topics: null,
      cpuSeconds: null,
      cpusInUse: null,
      memoryBytes: null,
      underReplicatedPartitions: null,
      version: null,
    });
  });

  it.each([
    ['text', '# HELP'],
    ['another JSON', '{"status":"UP"}'],
    ['too few answers', '[]'],
  ])('leaves %s to another source', async (_name, text) => {
    await expect(parseJolokia(text, place)).rejects.toThrow(NotThisSourceError);
  });
});

async function* pieces(text: string, size = 7): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield await Promise.resolve(text.slice(at, at + size));
}
const readText = (text: string, size?: number): Promise<BrokerReading> =>
  readPrometheusText(pieces(text, size), 'http://b:1/metrics');

describe('Prometheus text', () => {
  it.each([
    [
      'x{a="1",b="q\\"u\\\\o\\nte",} 4 1700000000000',
      { name: 'x', labels: { a: '1', b: 'q"u\\o\nte' }, value: 4 },
    ],
    ['y 1.5e3', { name: 'y', labels: {}, value: 1_500 }],
    ['z NaN', null],
    ['broken{a=1} 3', null],
    ['no value', null],
    ['', null],
  ])('reads %j, or leaves it', (line, sample) => {
    expect(sampleOf(line)).toEqual(sample);
  });

  const byDefault = `# HELP kafka_server_BrokerTopicMetrics_Count Attribute exposed for management
kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"} 100
kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec",topic="t"} 60
kafka_server_BrokerTopicMetrics_Count{name="FailedFetchRequestsPerSec"} 8
kafka_server_BrokerTopicMetrics_Count{name="FailedFetchRequestsPerSec",topic="t"} 8
kafka_server_ReplicaManager_Count{name="IsrShrinksPerSec"} 4
kafka_server_ReplicaManager_Count{name="FailedIsrUpdatesPerSec"} 5
kafka_network_RequestMetrics_Count{name="TotalTimeMs",request="Produce"} 90
kafka_network_RequestMetrics_50thPercentile{name="TotalTimeMs",request="Produce"} 0.5
kafka_network_RequestMetrics_95thPercentile{name="TotalTimeMs",request="Produce"} 2
kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="Produce"} 40
kafka_network_RequestMetrics_999thPercentile{name="TotalTimeMs",request="Produce"} 41
kafka_network_RequestMetrics_99thPercentile{name="LocalTimeMs",request="Produce"} 1
kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="Metadata"} 1
kafka_network_RequestMetrics_99thPercentile{name="TotalTimeMs",request="FetchConsumer"} 3
kafka_server_ReplicaManager_Value{name="UnderReplicatedPartitions"} 2
kafka_server_ReplicaManager_Value{name="LeaderCount"} 9
java_lang_OperatingSystem_ProcessCpuTime 2.5E9
java_lang_Memory_HeapMemoryUsage_used 6
java_lang_Memory_NonHeapMemoryUsage_used 3
constructor 5`;
  it.each([
    ['default names of jmx_exporter', byDefault],
    [
      'default names in small letters (lowercaseOutputName)',
      byDefault.replace(/^\w+/gm, (name) => name.toLowerCase()).replaceAll('\n', '\r\n'),
    ],
    [
      'names of its example rules',
      `kafka_server_brokertopicmetrics_bytesin_total 100
kafka_server_brokertopicmetrics_bytesin_total{topic="t"} 60
kafka_server_brokertopicmetrics_failedfetchrequests_total 8
kafka_server_brokertopicmetrics_failedfetchrequests_total{topic="t"} 8
kafka_server_replicamanager_isrshrinks_total 4
kafka_network_requestmetrics_totaltimems_count_total{request="Produce"} 90
kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.50"} 0.5
kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.95"} 2
kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.99"} 40
kafka_network_requestmetrics_totaltimems{request="Produce",quantile="0.999"} 41
kafka_network_requestmetrics_localtimems{request="Produce",quantile="0.99"} 1
kafka_network_requestmetrics_totaltimems{request="FetchConsumer",quantile="0.99"} 3
kafka_server_replicamanager_underreplicatedpartitions 2
process_cpu_seconds_total 2.5
jvm_memory_used_bytes{area="heap"} 6
jvm_memory_used_bytes{area="nonheap"} 3`,
    ],
  ])('understands the %s, however it is cut into pieces', async (_name, text) => {
    for (const size of [1, 7, 10_000]) {
      const reading = await readText(text, size);
      expect(reading).toMatchObject({
        total: { messagesIn: null, bytesIn: 100, bytesOut: null, failedFetchRequests: 8, isrShrinks: 4 },
        requestTimes: {
          produce: { count: 90, p50Ms: 0.5, p95Ms: 2, p99Ms: 40 },
          fetchConsumer: null,
          fetchFollower: null,
        },
        topics: new Map([['t', { messagesIn: 0, bytesIn: 60, bytesOut: 0 }]]),
        cpuSeconds: 2.5,
        memoryBytes: 9,
        underReplicatedPartitions: 2,
      });
      expect(reading.absent.has('messagesIn')).toBe(true);
      expect([...reading.absent.keys()]).toHaveLength(13);
      expect(reading.absent.get('fetchConsumer')).toContain('request="FetchConsumer",quantile="0.99"');
      expect(reading.absent.get('bytesOut')).toContain('kafka_server_brokertopicmetrics_bytesout_total');
    }
  });

  it('makes CPUs of a load only with the number of processors', async () => {
    const load = 'java_lang_OperatingSystem_ProcessCpuLoad 0.5\n';
    const other = 'process_resident_memory_bytes 1\n';
    expect((await readText(load + other)).absent.has('cpu')).toBe(true);
    const processors = 'java_lang_OperatingSystem_AvailableProcessors 8.0\n';
    expect(await readText(load + processors)).toMatchObject({ cpuSeconds: null, cpusInUse: 4 });
  });

  it('passes over a line that no broker writes, and reads the ones around it', async () => {
    const long = `process_cpu_seconds_total{a="${'x'.repeat(50_000)}"} 1`;
    const text = `${long}\nprocess_cpu_seconds_total 3\n${long}\nprocess_resident_memory_bytes 4`;
    expect(await readText(text, 1_000)).toMatchObject({ cpuSeconds: 3, memoryBytes: 4 });
    // Its end would be a line of its own, were its beginning forgotten.
    const tail = `${'x'.repeat(17_000)}process_cpu_seconds_total 9`;
    expect(await readText(`process_cpu_seconds_total 3\n${tail}\n`, 1_000)).toMatchObject({ cpuSeconds: 3 });
    expect(await readText(`${tail}\nprocess_cpu_seconds_total 3\n`, 1_000)).toMatchObject({ cpuSeconds: 3 });
  });

  it('does not take the page of something else for a broker', async () => {
    await expect(readText('http_requests_total 4')).rejects.toThrow(NotThisSourceError);
  });
});

/** Many megabytes on a machine with other things to do. */
const LONG_MS = 120_000;

describe('a port', () => {
  const servers: Server[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(answer: Parameters<typeof createServer>[1]): Promise<string> {
    const server = createServer(answer);
    servers.push(server);
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  }
  const read = (url: string, signal = new AbortController().signal): Promise<BrokerReading> =>
    new MetricsSource().read(url, { signal, resolve: null });

  it('that nobody listens on, that answers with errors, or with something else, is told from each other', async () => {
    const url = await serve((request, response) => {
      if (request.url === '/jolokia/') response.writeHead(404).end();
      else response.end('http_requests_total 4\n');
    });
    await expect(read(url)).rejects.toMatchObject({
      code: 'not-metrics',
      message: `${url}/jolokia/ answered with status 404; ${url}/metrics answered without a metric of a Kafka broker`,
    });
    const failing = await serve((_request, response) => response.writeHead(503).end());
    await expect(read(failing)).rejects.toMatchObject({ code: 'http-status' });
    const port = await freePort();
    await expect(read(`http://127.0.0.1:${String(port)}`)).rejects.toMatchObject({
      code: 'refused',
      message: `nobody listens at 127.0.0.1:${String(port)} (ECONNREFUSED)`,
    });
  });

  it('is asked at the address that was judged, under its own name, and not at all where that is refused', async () => {
    const hosts: string[] = [];
    const url = await serve((request, response) => {
      hosts.push(request.headers.host ?? '');
      response.end('process_cpu_seconds_total 3\n');
    });
    const port = new URL(url).port;
    const { signal } = new AbortController();
    const asked: string[] = [];
    const resolve = (host: string): Promise<string> => {
      asked.push(host);
      return Promise.resolve('127.0.0.1');
    };
    const reading = await new MetricsSource().read(`http://broker.invalid:${port}`, { signal, resolve });
    expect(reading).toMatchObject({ cpuSeconds: 3 });
    expect(hosts).toEqual([`broker.invalid:${port}`, `broker.invalid:${port}`]);
    expect(asked).toEqual(['broker.invalid', 'broker.invalid']);
    const refuse = () => Promise.reject(Object.assign(new Error('not there'), { code: 'OUTBOUND_REFUSED' }));
    await expect(new MetricsSource().read(url, { signal, resolve: refuse })).rejects.toMatchObject({
      code: 'not-allowed',
      message: 'not there',
    });
    expect(hosts).toHaveLength(2);
  });

  it('that packs its page is unpacked, and one that leads elsewhere is not followed', async () => {
    const packed = await serve((request, response) => {
      if (request.url === '/jolokia/') return response.writeHead(404).end();
      response.setHeader('content-encoding', 'gzip');
      return response.end(gzipSync('process_cpu_seconds_total 3\n'));
    });
    expect(await read(packed)).toMatchObject({ cpuSeconds: 3 });
    const leading = await serve((_request, response) =>
      response.writeHead(302, { location: `${packed}/metrics` }).end(),
    );
    await expect(read(leading)).rejects.toMatchObject({ code: 'http-status' });
  });

  it('that takes the question and does not answer, or breaks off, is named so', async () => {
    const asked = new AbortController();
    const silent = await serve(() => {
      asked.abort(new DOMException('too long', 'TimeoutError'));
    });
    await expect(read(silent, asked.signal)).rejects.toMatchObject({ code: 'no-answer' });
    const broken = await serve((_request, response) => {
      response.write('[', () => response.destroy());
    });
    await expect(read(broken)).rejects.toMatchObject({ code: 'no-answer' });
  });

  it(
    'that never stops is cut off, with the limit and what to do',
    async () => {
      const block = Buffer.from('# a line about something else, as long as this one is\n'.repeat(20_000));
      let isOpen = true;
      const url = await serve((request, response) => {
        if (request.url === '/jolokia/') return response.writeHead(404).end();
        response.on('close', () => (isOpen = false));
        const more = (): void => {
          while (isOpen && response.write(block));
          if (isOpen) response.once('drain', more);
        };
        more();
        return response;
      });
      await expect(read(url)).rejects.toMatchObject({
        code: 'too-large',
        message: expect.stringContaining('more than 64 MiB: give jmx_exporter rules') as string,
      });
      await expect.poll(() => isOpen, { timeout: 30_000 }).toBe(false);
    },
    LONG_MS,
  );

  it(
    'with a page of 60 MiB is read to its end, while other work goes on',
    async () => {
      const line = (index: number): string =>
        `kafka_server_BrokerTopicMetrics_OneMinuteRate{name="BytesInPerSec",topic="topic-${String(index)}"} 12.5\n`;
      const block = Buffer.from(Array.from({ length: 10_000 }, (_, index) => line(index)).join(''));
      const blocks = Math.floor((METRICS_BYTES_MAX * 0.94) / block.length);
      const url = await serve((request, response) => {
        if (request.url === '/jolokia/') return response.writeHead(404).end();
        let sent = 0;
        const more = (): void => {
          while (sent < blocks) {
            sent += 1;
            if (!response.write(block)) return void response.once('drain', more);
          }
          response.end(
            'process_cpu_seconds_total 3\nkafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec"} 8\n',
          );
        };
        more();
        return response;
      });
      let turns = 0;
      const other = setInterval(() => turns++, 1);
      try {
        expect(await read(url)).toMatchObject({ cpuSeconds: 3, total: { bytesIn: 8 } });
      } finally {
        clearInterval(other);
      }
      expect(turns).toBeGreaterThan(10);
    },
    LONG_MS,
  );
});
