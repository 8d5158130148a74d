/** Alert channels: where notices go. Their secrets never leave, see channel-secrets.ts. */
import { isIP } from 'node:net';
import { isAllowedAddress } from '../alerting/channels/outbound-policy.ts';
import { channelSchema, secretMask, type Channel, type ChannelInput } from '../contracts/channels.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/alert-channels.ts';
import type { ChannelRecord, StoredChannel } from '../store/alert-channels.ts';
import { shownHookUrl, shownMailUrl, splitSettings } from './channel-secrets.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';

interface LastDelivery {
  state: string;
  at: Date;
  error: string | null;
}

const notFound = () => new ConsoleError('not-found', 'There is no such channel.');

function toContract(channel: StoredChannel, last: LastDelivery | undefined): Channel {
  const { id, name, type, enabled, createdAt, updatedAt } = channel;
  return channelSchema.parse({
    id,
    name,
    type,
    settings: shownSettings(channel),
    enabled,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    lastDelivery:
      last === undefined ? null : { state: last.state, at: last.at.toISOString(), error: last.error },
  });
}

function shownSettings({ type, settings, secret }: StoredChannel): Record<string, unknown> {
  const url = secret['url'];
  if (type === 'email') {
    const shown = url === undefined ? null : shownMailUrl(url);
    return { from: null, to: [], startTls: null, ...settings, url: shown };
  }
  const hasSecret = secret['secret'] !== undefined;
  // The key that sealed it may be gone; the channel is still there to be changed or deleted.
  return {
    url: url === undefined ? `https://unknown/${secretMask}` : shownHookUrl(url),
    secret: hasSecret ? secretMask : null,
  };
}

function recordOf(context: ConsoleContext, input: ChannelInput, before: StoredChannel | null): ChannelRecord {
  const { name, type, enabled } = input;
  const { open, secret } = splitSettings(input, before?.type === type ? before.secret : {});
  requireAllowed(context, secret['url']);
  return { name, type, enabled, settings: open, secret };
}

/** Names are judged when something is sent, for what they lead to then; an address can be refused at once. */
function requireAllowed({ config }: ConsoleContext, url: string | undefined): void {
  const host = url === undefined ? '' : new URL(url).hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) === 0 || isAllowedAddress(host, config.outbound)) return;
  throw new ConsoleError('invalid', `Nothing may be sent to ${host} (AQUILA_OUTBOUND=${config.outbound}).`, {
    errors: {
      'settings.url': `leads to ${host}, where nothing may be sent (AQUILA_OUTBOUND=${config.outbound})`,
    },
  });
}

function requireServer(context: ConsoleContext, input: ChannelInput): void {
  if (input.type !== 'email' || input.settings.url !== null || context.config.smtpUrl !== null) return;
  throw new ConsoleError('invalid', 'There is no default mail server (AQUILA_SMTP_URL): name one.', {
    errors: { 'settings.url': 'is needed, since there is no default mail server (AQUILA_SMTP_URL)' },
  });
}

const textOf = ({ name, type, settings }: Channel): string =>
  `${name} ${type} ${'to' in settings ? settings.to.join(' ') : settings.url}`;

export async function listChannels(context: ConsoleContext, query: PageQuery): Promise<List<Channel>> {
  const [channels, last] = await Promise.all([
    store.readChannels(context.database, context.channelKey),
    store.lastDeliveries(context.database),
  ]);
  const items = channels.map((channel) => toContract(channel, last.get(channel.id)));
  const shape = { textOf, keyOf: (item: Channel) => item.createdAt };
  return pageOf(items, query, shape, { asOf: context.now().toISOString(), stale: false });
}

export async function createChannel(context: ConsoleContext, input: ChannelInput): Promise<Channel> {
  requireServer(context, input);
  const record = recordOf(context, input, null);
  return toContract(
    await store.insertChannel(context.database, context.channelKey, record, context.now()),
    undefined,
  );
}

export async function replaceChannel(
  context: ConsoleContext,
  id: string,
  input: ChannelInput,
): Promise<Channel> {
  requireServer(context, input);
  const record = recordOf(context, input, await requireChannel(context, id));
  const channel = await store.replaceChannel(context.database, context.channelKey, id, record, context.now());
  if (channel === null) throw notFound();
  return toContract(channel, (await store.lastDeliveries(context.database)).get(id));
}

export async function deleteChannel(context: ConsoleContext, id: string): Promise<void> {
  if (!(await store.removeChannel(context.database, id))) throw notFound();
}

/** The channel with its secret, for sending. */
export async function requireChannel(context: ConsoleContext, id: string): Promise<StoredChannel> {
  const channel = await store.readChannel(context.database, context.channelKey, id);
  if (channel === null) throw notFound();
  return channel;
}
