/** The fetching side of a session against a leader's, and by random histories. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../../protocol/errors.ts';
import { SeededRandom } from '../../platform/memory/memory-time.ts';
import { ClientFetchSession, type SessionMember, type SessionRequest } from './client-fetch-session.ts';

interface Wanted extends SessionMember {
  readonly offset: number;
}

function wanted(partition: number, offset = 0): Wanted {
  return { key: `t:${partition}`, topicId: 't', partition, offset };
}

function shape({ sessionId, sessionEpoch, named, forgotten }: SessionRequest<Wanted>) {
  return [
    sessionId,
    sessionEpoch,
    named.map(({ partition, offset }) => `${partition}@${offset}`).join(' '),
    forgotten.map(({ partition }) => partition).join(' '),
  ];
}

function session(...partitions: number[]): ClientFetchSession<Wanted> {
  const made = new ClientFetchSession<Wanted>();
  for (const partition of partitions) made.set(wanted(partition));
  return made;
}

describe('a session', () => {
  it('begins with all, goes on with what changed, and says what is no longer wanted', () => {
    const client = session(1, 2, 3);
    expect(shape(client.next())).toEqual([0, 0, '1@0 2@0 3@0', '']);
    client.answered(77);
    expect(shape(client.next())).toEqual([77, 1, '', '']);
    client.answered(77);
    client.set(wanted(2, 10));
    client.remove('t:3');
    client.set(wanted(4));
    expect(shape(client.next())).toEqual([77, 2, '2@10 4@0', '3']);
    client.answered(77);
    expect(shape(client.next())).toEqual([77, 3, '', '']);
  });

  it('never names and forgets the same partition, and forgets only what the leader knows', () => {
    const client = session(1, 2);
    client.next();
    client.answered(5);
    client.remove('t:1');
    client.set(wanted(1, 8));
    client.set(wanted(3));
    client.remove('t:3');
    expect(shape(client.next())).toEqual([5, 1, '1@8', '']);
  });

  it('takes what changes under way into the next request', () => {
    const client = session(1);
    client.next();
    client.set(wanted(1, 4));
    client.remove('t:1');
    client.set(wanted(2));
    client.answered(5);
    expect(shape(client.next())).toEqual([5, 1, '2@0', '1']);
  });

  it('is asked for anew each time when the leader keeps none', () => {
    const client = session(1);
    client.next();
    client.answered(0);
    expect(shape(client.next())).toEqual([0, 0, '1@0', '']);
  });

  it('whoever was served comes last in a full request', () => {
    const client = session(1, 2, 3);
    client.served(wanted(1));
    expect(shape(client.next())[2]).toBe('2@0 3@0 1@0');
  });

  it('goes on with epoch 1 after the last one', () => {
    const client = new ClientFetchSession<Wanted>(3);
    client.set(wanted(1));
    const epochs = Array.from({ length: 6 }, () => {
      const { sessionEpoch } = client.next();
      client.answered(9);
      return sessionEpoch;
    });
    expect(epochs).toEqual([0, 1, 2, 3, 1, 2]);
  });

  it.each([
    [ErrorCode.FETCH_SESSION_ID_NOT_FOUND, 0],
    [ErrorCode.INVALID_FETCH_SESSION_EPOCH, 6],
    [ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR, 6],
    [null, 6],
  ])('after error %s names all again, with session id %d', (errorCode, sessionId) => {
    const client = session(1, 2);
    client.next();
    client.answered(6);
    client.remove('t:2');
    client.next();
    client.failed(errorCode);
    expect(shape(client.next())).toEqual([sessionId, 0, '1@0', '']);
    client.answered(8);
    expect(shape(client.next())).toEqual([8, 1, '', '']);
  });

  it('that the leader did not begin for us is begun anew', () => {
    const client = session(1);
    client.next();
    client.answered(6);
    client.next();
    client.answered(7);
    expect(shape(client.next())).toEqual([7, 0, '1@0', '']);
  });

  it('an answer without a session ends it', () => {
    const client = session(1);
    client.next();
    client.answered(6);
    client.next();
    client.answered(0);
    expect(shape(client.next())).toEqual([0, 0, '1@0', '']);
  });
});

/** As Kafka's FetchSession: what is named is taken over, then what is forgotten is taken away. */
class LeaderSession {
  id = 0;
  epoch = 0;
  readonly offsets = new Map<number, number>();

  serve(request: SessionRequest<Wanted>, newId: number): { errorCode: number; sessionId: number } {
    if (request.sessionEpoch === 0) {
      this.id = newId;
      this.epoch = 1;
      this.offsets.clear();
    } else if (request.sessionId !== this.id)
      return { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND, sessionId: 0 };
    else if (request.sessionEpoch !== this.epoch)
      return { errorCode: ErrorCode.INVALID_FETCH_SESSION_EPOCH, sessionId: 0 };
    else this.epoch += 1;
    for (const { partition, offset } of request.named) this.offsets.set(partition, offset);
    for (const { partition } of request.forgotten) this.offsets.delete(partition);
    return { errorCode: 0, sessionId: this.id };
  }
}

it.each([1, 2, 3, 4, 5, 6, 7, 8])('the leader always knows what is wanted (seed %i)', (seed) => {
  const random = new SeededRandom(seed);
  const client = new ClientFetchSession<Wanted>();
  const leader = new LeaderSession();
  for (let round = 0; round < 300; round++) {
    for (let changes = random.below(4); changes > 0; changes--) {
      const partition = random.below(6);
      if (random.below(3) === 0) client.remove(`t:${partition}`);
      else client.set(wanted(partition, random.below(100)));
    }
    const request = client.next();
    const asked = new Map([...client.members()].map(({ partition, offset }) => [partition, offset]));
    if (random.below(10) === 0) leader.id = -1;
    const isLost = random.below(8) === 0;
    const answer = isLost && random.below(2) === 0 ? null : leader.serve(request, round + 1);
    if (random.below(3) === 0) client.set(wanted(random.below(6), 1_000 + round));
    if (answer === null || isLost) client.failed(null);
    else if (answer.errorCode !== 0) client.failed(answer.errorCode);
    else {
      expect([...leader.offsets].sort()).toEqual([...asked].sort());
      client.answered(answer.sessionId);
    }
  }
});
