/**
 * Alert channels. The password in a mail server's URL never leaves: it reads back as `***`, and `***` in a URL for the
 * same server and user means the password that is stored.
 */
import { z } from 'zod';
import type { Channel, ChannelInput } from '../contracts/alerts.ts';
import type { List } from '../contracts/envelope.ts';
import * as store from '../store/alert-channels.ts';
import type { ChannelRecord, StoredChannel } from '../store/alert-channels.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';
import { pageOf } from './list-page.ts';
import type { PageQuery } from './list-page.ts';

interface LastDelivery {
  state: string;
  at: Date;
  error: string | null;
}

const openSettings = z.object({
  from: z.string().nullable().default(null),
  to: z.array(z.string()).default([]),
});

const mask = '***';
const notFound = () => new ConsoleError('not-found', 'There is no such channel.');

export function maskedUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = mask;
  return parsed.toString();
}

/** Puts the stored password back where `***` was sent. */
export function unmaskedUrl(sent: string | null, stored: string | null): string | null {
  if (sent === null) return null;
  const wanted = new URL(sent);
  if (decodeURIComponent(wanted.password) !== mask) return sent;
  const known = stored === null ? null : new URL(stored);
  if (known === null || known.host !== wanted.host || known.username !== wanted.username) {
    throw new ConsoleError('invalid', 'The password of this mail server is not known: enter it.', {
      errors: { 'settings.url': 'needs the password, since server or user is another one' },
    });
  }
  wanted.password = known.password;
  return wanted.toString();
}

function toContract(channel: StoredChannel, last: LastDelivery | undefined): Channel {
  const { id, name, enabled, secret, settings, createdAt, updatedAt } = channel;
  const { from, to } = openSettings.parse(settings);
  const url = secret['url'];
  return {
    id,
    name,
    type: 'email',
    settings: { url: url === undefined ? null : maskedUrl(url), from, to },
    enabled,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    lastDelivery:
      last === undefined ? null : { state: last.state, at: last.at.toISOString(), error: last.error },
  };
}

function recordOf({ name, type, enabled, settings }: ChannelInput, url: string | null): ChannelRecord {
  const { from, to } = settings;
  return { name, type, enabled, settings: { from, to }, secret: url === null ? {} : { url } };
}

function requireServer(context: ConsoleContext, input: ChannelInput): void {
  if (input.settings.url !== null || context.config.smtpUrl !== null) return;
  throw new ConsoleError('invalid', 'There is no default mail server (AQUILA_SMTP_URL): name one.', {
    errors: { 'settings.url': 'is needed, since there is no default mail server (AQUILA_SMTP_URL)' },
  });
}

export async function listChannels(context: ConsoleContext, query: PageQuery): Promise<List<Channel>> {
  const [channels, last] = await Promise.all([
    store.readChannels(context.database, context.channelKey),
    store.lastDeliveries(context.database),
  ]);
  const items = channels.map((channel) => toContract(channel, last.get(channel.id)));
  const shape = {
    textOf: (item: Channel) => `${item.name} ${item.settings.to.join(' ')}`,
    keyOf: (item: Channel) => item.createdAt,
  };
  return pageOf(items, query, shape, { asOf: context.now().toISOString(), stale: false });
}

export async function createChannel(context: ConsoleContext, input: ChannelInput): Promise<Channel> {
  requireServer(context, input);
  const record = recordOf(input, unmaskedUrl(input.settings.url, null));
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
  const before = await requireChannel(context, id);
  const record = recordOf(input, unmaskedUrl(input.settings.url, before.secret['url'] ?? null));
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
