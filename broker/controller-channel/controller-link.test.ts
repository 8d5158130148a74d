/** A link to the active controller of a small cluster: found again when it moves, hangs or restarts. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import {
  allocateProducerIdsRequest,
  allocateProducerIdsResponse,
} from '../../protocol/messages/67-allocate-producer-ids.ts';
import { encodeResponseFrame } from '../../protocol/wire/framing.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { ControllerUnreachable } from './controller-channel.ts';
import { ControllerLink } from './controller-link.ts';
import type { LocalController } from './local-controller.ts';

const API = { request: allocateProducerIdsRequest, response: allocateProducerIdsResponse };
const addressOf = (nodeId: number) => ({ host: `node-${String(nodeId)}`, port: 9193 });

function cluster() {
  const machine = createMemoryPlatform({ nodeName: 'node-1' });
  const state = { leaderId: 2 as number | null, isActive: false, served: [] as number[] };
  const local: LocalController = {
    isActive: () => state.isActive,
    call: (api, version) => {
      state.served.push(1);
      void [api, version];
      return Promise.resolve({ errorCode: 0, producerIdStart: 1_000n } as never);
    },
  };
  const link = new ControllerLink({
    platform: machine,
    ...{ nodeId: 1, clientId: 'node-1-test', addressOf, local, retryBackoffMs: 20, connectTimeoutMs: 500 },
    leaderId: () => state.leaderId,
  });
  /** Node `nodeId` listens; it answers with the error code, or never. */
  const listen = (nodeId: number, errorCode: () => number | null) =>
    machine.network.listen(`node-${String(nodeId)}`, addressOf(nodeId), (frame) => {
      state.served.push(nodeId);
      const code = errorCode();
      if (code === null) return new Promise(() => undefined);
      const body = { errorCode: code, producerIdStart: BigInt(nodeId) };
      return encodeResponseFrame(allocateProducerIdsResponse, 0, frame.readInt32BE(4), body);
    });
  const call = (timeoutMs: number) =>
    link.call(API, 0, { brokerId: 1, brokerEpoch: 1n }, { timeoutMs, errorOf: (answer) => answer.errorCode });
  const elect = (leaderId: number | null) => {
    state.leaderId = leaderId;
    link.leaderChanged();
  };
  return { machine, state, link, listen, call, elect };
}

describe('a link to the active controller', () => {
  it('is one connection for all calls', async () => {
    const { machine, state, listen, call } = cluster();
    listen(2, () => 0);
    const answers = Promise.all([call(1_000), call(1_000), call(1_000)]);
    await machine.advance(10);
    expect((await answers).map(({ producerIdStart }) => producerIdStart)).toEqual([2n, 2n, 2n]);
    expect(state.served).toEqual([2, 2, 2]);
  });

  it('asks again where the leader has moved to, at once', async () => {
    const { machine, state, listen, call, elect } = cluster();
    listen(2, () => ErrorCode.NOT_CONTROLLER);
    listen(3, () => 0);
    const answer = call(60_000);
    await machine.advance(10_000);
    const asked = state.served.length;
    expect(asked).toBeLessThan(40);
    elect(3);
    await machine.advance(10);
    expect((await answer).producerIdStart).toBe(3n);
    expect(state.served).toHaveLength(asked + 1);
  });

  it('leaves a leader that hangs as soon as there is another', async () => {
    const { machine, listen, call, elect } = cluster();
    listen(2, () => null);
    listen(3, () => 0);
    const answer = call(60_000);
    await machine.advance(1_000);
    elect(3);
    await machine.advance(100);
    expect((await answer).producerIdStart).toBe(3n);
  });

  it('waits for a leader that is refused, and for one that nobody knows', async () => {
    const { machine, listen, call, elect } = cluster();
    const answer = call(60_000);
    await machine.advance(1_000);
    elect(null);
    await machine.advance(1_000);
    listen(2, () => 0);
    elect(2);
    await machine.advance(10);
    expect((await answer).producerIdStart).toBe(2n);
  });

  it('needs no connection when this node is active', async () => {
    const { machine, state, call, elect } = cluster();
    const answer = call(1_000);
    state.isActive = true;
    elect(1);
    await machine.advance(100);
    expect((await answer).producerIdStart).toBe(1_000n);
  });

  it('says whether the request can have been served when the time is over', async () => {
    const { machine, listen, call } = cluster();
    const refused = call(500).catch((error: unknown) => error);
    await machine.advance(600);
    expect(await refused).toBeInstanceOf(ControllerUnreachable);
    expect(await refused).toMatchObject({ neverSent: true });
    listen(2, () => null);
    const silent = call(500).catch((error: unknown) => error);
    await machine.advance(600);
    expect(await silent).toMatchObject({ neverSent: false });
  });

  it('ends what is under way when it is closed', async () => {
    const { machine, link, listen, call } = cluster();
    listen(2, () => null);
    const failure = call(60_000).catch((error: unknown) => error);
    await machine.advance(100);
    link.close();
    await machine.advance(100);
    expect(await failure).toBeInstanceOf(ControllerUnreachable);
  });
});
