/** Sends one real message through a channel, once and at once, and says how it went. */
import { sendTest } from '../alerting/send-test.ts';
import type { ChannelTest } from '../contracts/alerts.ts';
import { requireChannel } from './channels.ts';
import type { ConsoleContext } from './context.ts';

export async function testChannel(context: ConsoleContext, id: string): Promise<ChannelTest> {
  const channel = await requireChannel(context, id);
  const { outbound, smtpUrl, mailFrom, publicUrl } = context.config;
  return sendTest(channel, { outbound, smtpUrl, mailFrom, publicUrl }, new URL(publicUrl).hostname);
}
