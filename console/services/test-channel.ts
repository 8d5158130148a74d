/** Sends one real message through a channel, once and at once, and says how it went. */
import { messageDomainOf } from '../alerting/alert-engine.ts';
import { sendTest } from '../alerting/send-test.ts';
import type { ChannelTest } from '../contracts/channels.ts';
import { requireChannel } from './channels.ts';
import type { ConsoleContext } from './context.ts';

export async function testChannel(context: ConsoleContext, id: string): Promise<ChannelTest> {
  const channel = await requireChannel(context, id);
  const { outbound, smtpUrl, mailFrom, publicUrl } = context.config;
  const sending = { outbound, smtpUrl, mailFrom, publicUrl };
  return sendTest(channel, sending, messageDomainOf(mailFrom), () => context.now().getTime());
}
