/** How changes of in-sync replicas reach the controller: gathered, one request at a time, until they are answered. */
import { describe, expect, it } from 'vitest';
import { ErrorCode } from '../../protocol/errors.ts';
import { RememberingLogger } from '../log/log-test-kit.ts';
import { createMemoryPlatform } from '../platform/memory/memory-platform.ts';
import { settle } from '../platform/memory/memory-time.ts';
import { type IsrChange, IsrChanges } from './isr-changes.ts';
import type { IsrProposal } from './partition-state.ts';
import { ScriptedController } from './scripted-controller.ts';

const TOPIC = 'AAAAAAAAAAAAAAAAAAAAAQ';

function newChanges() {
  const platform = createMemoryPlatform();
  const controller = new ScriptedController();
  const self = { brokerEpoch: 10 };
  const logger = new RememberingLogger();
  const changes = new IsrChanges({
    channel: controller,
    ...{ timers: platform.timers, logger, brokerId: 1, brokerEpoch: () => self.brokerEpoch },
  });
  const answers: unknown[] = [];
  const submit = (partition: number, partitionEpoch = 0, options: Partial<IsrChange> = {}): void => {
    const isr = [
      { brokerId: 1, brokerEpoch: -1 },
      { brokerId: 2, brokerEpoch: 20 },
    ];
    const proposal: IsrProposal = { kind: 'expand', isr, leaderEpoch: 3, partitionEpoch };
    changes.submit({
      ...{ topicId: TOPIC, partition, proposal, isWanted: () => true },
      onAnswer: (answer) => answers.push([partition, answer]),
      ...options,
    });
  };
  return { platform, controller, self, changes, answers, submit };
}

const committed = (partitionEpoch: number) => ({ isr: [1, 2], leaderEpoch: 3, partitionEpoch });

describe('changes of in-sync replicas', () => {
  it('of one piece of work go in one request, with the epochs of all members', async () => {
    const { controller, answers, submit } = newChanges();
    submit(0);
    submit(1, 7);
    await settle();
    const isr = [
      [1, 10],
      [2, 20],
    ];
    expect(controller.requests).toEqual([
      [
        { partition: 0, leaderEpoch: 3, partitionEpoch: 0, isr },
        { partition: 1, leaderEpoch: 3, partitionEpoch: 7, isr },
      ],
    ]);
    expect(answers).toEqual([
      [0, committed(1)],
      [1, committed(8)],
    ]);
  });

  it('wait while a request is under way', async () => {
    const { controller, answers, submit } = newChanges();
    controller.hold();
    submit(0);
    await settle();
    submit(1);
    submit(2);
    await settle();
    expect(controller.requests).toHaveLength(1);
    controller.release();
    await settle();
    expect(controller.requests.map((asked) => asked.map(({ partition }) => partition))).toEqual([
      [0],
      [1, 2],
    ]);
    expect(answers).toHaveLength(3);
  });

  it('are asked for until there is a controller, and not by who has another wish meanwhile', async () => {
    const { controller, platform, answers, submit } = newChanges();
    controller.isAway = true;
    let isWanted = true;
    submit(0, 0, { isWanted: () => isWanted });
    submit(1);
    await platform.advance(5_000);
    expect(answers).toEqual([]);
    isWanted = false;
    controller.isAway = false;
    await platform.advance(5_000);
    expect(answers).toEqual([[1, committed(1)]]);
  });

  it('are asked for again when the answer was lost', async () => {
    const { controller, platform, answers, submit } = newChanges();
    controller.hold();
    submit(0);
    await settle();
    controller.lose();
    await settle();
    expect(answers).toEqual([]);
    controller.isAway = false;
    controller.partitionError = ErrorCode.INVALID_UPDATE_VERSION;
    await platform.advance(5_000);
    expect(answers).toEqual([[0, { errorCode: ErrorCode.INVALID_UPDATE_VERSION }]]);
    expect(controller.requests).toHaveLength(2);
  });

  it('of a stale registration wait for the next one', async () => {
    const { controller, platform, self, changes, answers, submit } = newChanges();
    controller.errorCode = ErrorCode.STALE_BROKER_EPOCH;
    submit(0);
    await platform.advance(10_000);
    expect(answers).toEqual([]);
    controller.errorCode = 0;
    self.brokerEpoch = 44;
    changes.retryNow();
    await settle();
    expect(controller.senderEpochs.at(-1)).toBe(44);
    expect(answers).toEqual([[0, committed(1)]]);
  });

  it.each([ErrorCode.NOT_CONTROLLER, ErrorCode.UNKNOWN_SERVER_ERROR])(
    'of a partition that is answered %i are asked for again',
    async (errorCode) => {
      const { controller, platform, answers, submit } = newChanges();
      controller.partitionError = errorCode;
      submit(0);
      await settle();
      expect(answers).toEqual([]);
      controller.partitionError = 0;
      await platform.advance(5_000);
      expect(answers).toEqual([[0, committed(1)]]);
    },
  );

  it('are not sent any more after the end', async () => {
    const { controller, platform, changes, submit } = newChanges();
    controller.isAway = true;
    submit(0);
    await settle();
    changes.stop();
    controller.isAway = false;
    submit(1);
    await platform.advance(60_000);
    expect(controller.requests).toEqual([]);
    expect(platform.timers.pendingTimers).toBe(0);
  });
});
