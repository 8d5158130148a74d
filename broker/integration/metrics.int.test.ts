/** What the broker's HTTP listener tells after real traffic, by Prometheus text and by Jolokia, and its bounds. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestBroker, consume, startTestBroker } from './broker-harness.ts';

let broker: TestBroker;
beforeAll(async () => {
  broker = await startTestBroker();
  const kafka = broker.kafka();
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({
    topic: 'measured',
    messages: Array.from({ length: 25 }, () => ({ value: 'x'.repeat(100) })),
  });
  await producer.disconnect();
  await consume(kafka, 'measured', 25, 'measurers');
});
afterAll(() => broker.remove());

const url = (path: string): string => `http://127.0.0.1:${String(broker.metricsPort)}${path}`;

async function metric(line: string): Promise<number> {
  const text = await (await fetch(url('/metrics'))).text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(`${line} `));
  return Number(found?.slice(line.length + 1));
}

async function jolokia(body: unknown): Promise<unknown> {
  const response = await fetch(url('/jolokia'), { method: 'POST', body: JSON.stringify(body) });
  expect(response.status).toBe(200);
  return response.json();
}

describe('/metrics', () => {
  it('counts messages, bytes and requests of a topic', async () => {
    expect(
      await metric('kafka_server_BrokerTopicMetrics_Count{name="MessagesInPerSec",topic="measured"}'),
    ).toBe(25);
    const bytesIn = await metric(
      'kafka_server_BrokerTopicMetrics_Count{name="BytesInPerSec",topic="measured"}',
    );
    expect(bytesIn).toBeGreaterThan(2_500);
    expect(
      await metric('kafka_server_BrokerTopicMetrics_Count{name="BytesOutPerSec",topic="measured"}'),
    ).toBe(bytesIn);
    expect(
      await metric('kafka_network_RequestMetrics_Count{name="RequestsPerSec",request="Produce",version="7"}'),
    ).toBe(1);
    expect(
      await metric('kafka_network_RequestMetrics_Count{name="TotalTimeMs",request="FetchConsumer"}'),
    ).toBeGreaterThan(0);
  });

  it('knows logs, controller, groups and the process', async () => {
    expect(await metric('kafka_log_Log_Value{name="LogEndOffset",topic="measured",partition="0"}')).toBe(25);
    expect(await metric('kafka_log_Log_Value{name="Size",topic="measured",partition="0"}')).toBeGreaterThan(
      2_500,
    );
    expect(await metric('kafka_controller_KafkaController_Value{name="ActiveControllerCount"}')).toBe(1);
    expect(await metric('kafka_server_ReplicaManager_Value{name="PartitionCount"}')).toBe(51);
    expect(await metric('kafka_server_ReplicaManager_Value{name="UnderReplicatedPartitions"}')).toBe(0);
    expect(await metric('kafka_coordinator_group_GroupMetadataManager_Value{name="NumGroups"}')).toBe(1);
    expect(await metric('process_resident_memory_bytes')).toBeGreaterThan(10_000_000);
    expect(await metric('process_cpu_seconds_total')).toBeGreaterThan(0);
  });
});

describe('/jolokia', () => {
  it('reads many beans in one request, with an error in the place of one that is not there', async () => {
    const mbean = 'kafka.log:type=Log,name=Size,topic=measured,partition=0';
    const answers = await jolokia([
      { type: 'read', mbean, attribute: 'Value' },
      { type: 'read', mbean: 'kafka.log:type=Log,name=Size,topic=absent,partition=0' },
      { type: 'read', mbean: 'kafka.server:type=app-info,id=0', attribute: 'version' },
      {
        type: 'read',
        mbean: 'java.lang:type=OperatingSystem',
        attribute: ['ProcessCpuLoad', 'TotalPhysicalMemorySize'],
      },
    ]);
    expect(answers).toMatchObject([
      { status: 200, value: expect.any(Number) as number },
      { status: 404, error_type: 'javax.management.InstanceNotFoundException' },
      { status: 200, value: expect.stringMatching(/^\d+\./) as string },
      { status: 200, value: { ProcessCpuLoad: expect.any(Number) as number } },
    ]);
    // As in Jolokia: what is no request refuses all.
    expect(await jolokia([{ type: 'version' }, 'nonsense'])).toMatchObject({ status: 400 });
  });

  it('reads by path, with quoting', async () => {
    const path = '/jolokia/read/java.lang:type=Memory/HeapMemoryUsage/used';
    expect(await (await fetch(url(path))).json()).toMatchObject({
      status: 200,
      value: expect.any(Number) as number,
    });
  });

  it('answers what it cannot read in its own shape', async () => {
    const response = await fetch(url('/jolokia'), { method: 'POST', body: '{' });
    expect(await response.json()).toMatchObject({
      status: 500,
      error_type: 'java.lang.IllegalStateException',
    });
    expect((await fetch(url('/jolokia/read/%E0%A4%A'))).status).toBe(200);
  });
});

describe('the HTTP listener', () => {
  it('says whether the broker serves', async () => {
    expect((await fetch(url('/health'))).status).toBe(200);
    expect((await fetch(url('/nothing'))).status).toBe(404);
    expect((await fetch(url('/metrics'), { method: 'DELETE' })).status).toBe(405);
  });

  it('takes a bounded body only', async () => {
    const body = 'x'.repeat(3_000_000);
    const response = await fetch(url('/jolokia'), { method: 'POST', body }).catch(() => null);
    expect(response === null || response.status === 413).toBe(true);
    expect((await fetch(url('/health'))).status).toBe(200);
  });

  it('forgets the meters of a deleted topic', async () => {
    const admin = broker.kafka().admin();
    await admin.connect();
    await admin.deleteTopics({ topics: ['measured'] });
    await admin.disconnect();
    expect(await (await fetch(url('/metrics'))).text()).not.toContain('topic="measured"');
  });
});
