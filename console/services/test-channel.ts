/** Sends one real message through a channel, once and at once, and says how it went. */
import { randomUUID } from 'node:crypto';
import { channelTypes } from '../alerting/channels/channel-types.ts';
import type { ChannelTest } from '../contracts/alerts.ts';
import { requireChannel } from './channels.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';

export async function testChannel(context: ConsoleContext, id: string): Promise<ChannelTest> {
  const channel = await requireChannel(context, id);
  const { outbound, smtpUrl, mailFrom, publicUrl } = context.config;
  const startedMs = performance.now();
  const outcome = await channelTypes[channel.type]?.send(
    channel,
    { notices: 'test', messageId: `<${randomUUID()}@aquila>`, atMs: context.now().getTime() },
    { outbound, smtpUrl, mailFrom, publicUrl },
  );
  if (outcome === undefined) throw new ConsoleError('invalid', `Channels of the kind ${channel.type} cannot send.`);
  const seconds = Math.round(performance.now() - startedMs) / 1_000;
  return { ok: outcome.ok, detail: outcome.ok ? outcome.detail : outcome.error, seconds };
}
