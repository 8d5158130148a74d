import { describe, expect, it } from 'vitest';
import { AclOperation, CLUSTER_NAME, ResourceType } from './acl.ts';
import { RefusalLog } from './refusal-log.ts';
import { Refusals } from './refusals.ts';

const NOBODY = { may: () => false, mayOnAny: () => false };
const ASKED = { api: 'Produce', principal: 'User:alice', host: '10.0.0.1' };
const BEGIN = 'Refused Produce of User:alice from 10.0.0.1: no ACL allows';
const [TOPIC_ERROR, GROUP_ERROR] = [29, 30];

/** Who asked to write to these topics, and may not. */
function writing(...topics: string[]): Refusals {
  const refusals = new Refusals();
  const access = refusals.watching(NOBODY);
  for (const topic of topics) access.may(AclOperation.WRITE, ResourceType.TOPIC, topic);
  return refusals;
}

describe('what a request was refused', () => {
  it('is told with who asked, from where, for what', () => {
    const answer = { responses: [{ name: 'orders', partitionResponses: [{ errorCode: TOPIC_ERROR }] }] };
    expect(writing('orders', 'orders').line(ASKED, answer)).toBe(`${BEGIN} WRITE on TOPIC orders.`);
  });

  it('is nothing where all is allowed, or the answer only leaves something out', () => {
    const refusals = new Refusals();
    const access = refusals.watching({ may: () => true, mayOnAny: () => true });
    expect([access.may(AclOperation.WRITE, ResourceType.TOPIC, 'orders')]).toEqual([true]);
    expect(refusals.line(ASKED, { errorCode: TOPIC_ERROR })).toBeNull();
    expect(refusals.lineOfClosed(ASKED)).toBeNull();
    expect(writing('orders').line(ASKED, { topics: [], errorCode: 0 })).toBeNull();
  });

  it('names what the error is about, of all that was asked for', () => {
    const refusals = writing('orders');
    const access = refusals.watching(NOBODY);
    access.may(AclOperation.READ, ResourceType.GROUP, 'readers');
    access.mayOnAny(AclOperation.WRITE, ResourceType.TOPIC);
    expect(refusals.line(ASKED, { errorCode: GROUP_ERROR })).toBe(`${BEGIN} READ on GROUP readers.`);
    expect(refusals.lineOfClosed(ASKED)).toBe(
      `${BEGIN} WRITE on TOPIC orders, READ on GROUP readers, WRITE on any TOPIC.`,
    );
  });

  it('names the right on the cluster that a topic was refused for', () => {
    const refusals = new Refusals();
    refusals.watching(NOBODY).may(AclOperation.CLUSTER_ACTION, ResourceType.CLUSTER, CLUSTER_NAME);
    const line = refusals.line(ASKED, { partitions: [{ errorCode: TOPIC_ERROR }] });
    expect(line).toBe(`${BEGIN} CLUSTER_ACTION on CLUSTER kafka-cluster.`);
  });

  it('is told in one line of bounded length, whatever names are sent', () => {
    const names = Array.from({ length: 2_000 }, (_, index) => `${String(index)}${'x'.repeat(1_000)}`);
    const line = writing(...names).line(
      { ...ASKED, principal: 'y'.repeat(5_000) },
      { errorCode: TOPIC_ERROR },
    );
    expect(line).toMatch(/ and 995 more\.$/);
    expect(line?.length).toBeLessThan(2_000);
  });
});

describe('the log of refusals', () => {
  it('says a line once in a minute, and then how often it was left out', () => {
    const said: string[] = [];
    let nowMs = 0;
    const log = new RefusalLog({ warn: (line) => void said.push(line) }, () => nowMs);
    for (nowMs = 0; nowMs < 60_000; nowMs += 20_000) log.tell('a');
    log.tell('b');
    expect(said).toEqual(['a', 'b']);
    log.tell('a');
    expect(said).toEqual(['a', 'b', 'a (2 times more before)']);
  });

  it('forgets what was said first rather than grow', () => {
    const said: string[] = [];
    const log = new RefusalLog({ warn: (line) => void said.push(line) }, () => 0);
    for (let index = 0; index < 1_001; index++) log.tell(String(index));
    log.tell('1000');
    expect(said).toHaveLength(1_001);
    log.tell('0');
    expect(said.at(-1)).toBe('0');
  });
});
