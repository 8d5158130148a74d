/** The test button of a channel: one real message, tried once and at once, outside of the outbox and its limits. */
import { randomUUID } from 'node:crypto';
import type { StoredChannel } from '../store/alert-channels.ts';
import type { SendContext } from './channels/channel-type.ts';
import { channelTypes } from './channels/channel-types.ts';

export interface TestOutcome {
  readonly ok: boolean;
  /** What the receiving side said, or why it failed. */
  readonly detail: string;
  readonly seconds: number;
}

export async function sendTest(
  channel: StoredChannel,
  context: SendContext,
  messageDomain: string,
  nowMs: () => number,
): Promise<TestOutcome> {
  const startedAtMs = nowMs();
  const type = channelTypes[channel.type];
  if (type === undefined)
    return { ok: false, detail: `There is no channel type ${channel.type}.`, seconds: 0 };
  const messageId = `<aquila.test.${randomUUID()}@${messageDomain}>`;
  const message = { notices: 'test', messageId, atMs: startedAtMs, attemptAtMs: startedAtMs } as const;
  const outcome = await type.send(channel, message, context);
  const seconds = (nowMs() - startedAtMs) / 1_000;
  if (!outcome.ok) return { ok: false, detail: outcome.error, seconds };
  const detail = outcome.note === null ? outcome.detail : `${outcome.detail} ${outcome.note}`;
  return { ok: true, detail, seconds };
}
