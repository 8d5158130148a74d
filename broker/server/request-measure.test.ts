import { describe, expect, it } from 'vitest';
import { produceRequest, produceResponse } from '../../protocol/messages/00-produce.ts';
import { fetchRequest, fetchResponse } from '../../protocol/messages/01-fetch.ts';
import { heartbeatRequest } from '../../protocol/messages/12-heartbeat.ts';
import { BrokerMetrics } from '../metrics/broker-metrics.ts';
import { ErrorTally, tallyErrors } from './answer-errors.ts';
import type { AnswerFrame } from './connection.ts';
import { RequestMeasures } from './request-measure.ts';

function bench() {
  const clock = { now: 1_000, wallMs: () => clock.now, monotonicMs: () => clock.now };
  const metrics = new BrokerMetrics(clock);
  const valueOf = (bean: string, attribute: string): unknown =>
    [...metrics.beans.beans()]
      .find(({ name }) => name === `kafka.network:type=RequestMetrics,${bean}`)
      ?.read()[attribute];
  return { clock, metrics, valueOf };
}

const PHASES = [
  'RequestQueueTimeMs',
  'LocalTimeMs',
  'RemoteTimeMs',
  'ThrottleTimeMs',
  'ResponseQueueTimeMs',
  'ResponseSendTimeMs',
  'TotalTimeMs',
];

describe('the time of a request', () => {
  it('is told by phases that add up, once all of its answer is sent', () => {
    const { clock, metrics, valueOf } = bench();
    const answer: AnswerFrame = [Buffer.alloc(1)];
    const measured = new RequestMeasures(metrics.requests, clock).begin({
      handler: { request: produceRequest, response: produceResponse },
      request: {},
      ...{ apiVersion: 9, frameBytes: 50, startedMs: 1_000, waitedMs: 1 },
    });
    clock.now = 1_030;
    const partitionResponses = [
      { index: 0, errorCode: 0 },
      { index: 1, errorCode: 0 },
      { index: 2, errorCode: 6 },
    ];
    measured.answered(answer, { responses: [{ name: 't', partitionResponses }] }, 10, 500);
    expect(valueOf('name=RequestsPerSec,request=Produce,version=9', 'Count')).toBe(1);
    expect(valueOf('name=RequestBytes,request=Produce', 'Max')).toBe(50);
    expect(valueOf('name=ErrorsPerSec,request=Produce,error=NONE', 'Count')).toBe(2);
    expect(valueOf('name=ErrorsPerSec,request=Produce,error=NOT_LEADER_OR_FOLLOWER', 'Count')).toBe(1);
    expect(valueOf('name=TotalTimeMs,request=Produce', 'Count')).toBe(0);
    answer.sentListener?.sent(1_034, 1_042);
    const times = PHASES.map((name) => valueOf(`name=${name},request=Produce`, '99thPercentile'));
    expect(times).toEqual([1, 10, 20, 500, 4, 8, 43]);
  });

  it('counts a fetch as that of its kind and among all fetches', () => {
    const { metrics, clock, valueOf } = bench();
    const measured = new RequestMeasures(metrics.requests, clock).begin({
      handler: { request: fetchRequest, response: fetchResponse },
      request: { replicaId: 2 },
      ...{ apiVersion: 12, frameBytes: 9, startedMs: 1_000, waitedMs: 0 },
    });
    clock.now = 1_007;
    measured.answered(null, null, null, 0);
    for (const request of ['FetchFollower', 'Fetch']) {
      expect(valueOf(`name=LocalTimeMs,request=${request}`, 'Max')).toBe(7);
      expect(valueOf(`name=RemoteTimeMs,request=${request}`, 'Max')).toBe(0);
    }
    expect(valueOf('name=TotalTimeMs,request=FetchConsumer', 'Count')).toBe(0);
  });
});

describe('errors of an answer', () => {
  const tallied = (schema: Parameters<typeof tallyErrors>[0], body: object): ErrorTally => {
    const tally = new ErrorTally();
    tallyErrors(schema, body, tally);
    return tally;
  };

  it('are found at every level of it', () => {
    const partitions = [{ partitionIndex: 0, errorCode: 3 }, { partitionIndex: 1 }];
    const body = { errorCode: 70, responses: [{ partitions }, { partitions: [] }] };
    expect(tallied(fetchResponse, body)).toMatchObject({ none: 1, codes: [70, 3] });
  });

  it('are none, once, where an answer has no place for them', () => {
    expect(tallied(heartbeatRequest, { groupId: 'g' })).toMatchObject({ none: 1, codes: [] });
  });
});
