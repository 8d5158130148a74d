/** What the form of a channel holds, and what of it is sent. */
import type { Channel, ChannelInput, ChannelTypeName } from '../../console/contracts/channels';

export interface ChannelDraft {
  readonly name: string;
  readonly type: ChannelTypeName;
  readonly enabled: boolean;
  /** Of a mail channel; addresses as they were typed. */
  readonly to: string;
  readonly url: string;
  readonly from: string;
  readonly startTls: 'required' | 'optional' | null;
  /** Of all other kinds. */
  readonly hookUrl: string;
  readonly secret: string;
}

/** Kinds whose messages carry a signature. */
export const signedKinds: ReadonlySet<ChannelTypeName> = new Set<ChannelTypeName>([
  'webhook',
  'dingtalk',
  'feishu',
]);

const emptyAsNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());

export function draftOf(channel: Channel | null): ChannelDraft {
  const mail = channel?.type === 'email' ? channel.settings : null;
  const hook = channel === null || channel.type === 'email' ? null : channel.settings;
  return {
    name: channel?.name ?? '',
    type: channel?.type ?? 'email',
    enabled: channel?.enabled ?? true,
    to: mail?.to.join('\n') ?? '',
    url: mail?.url ?? '',
    from: mail?.from ?? '',
    startTls: mail?.startTls ?? null,
    hookUrl: hook?.url ?? '',
    secret: hook?.secret ?? '',
  };
}

export function addressesOf({ to }: ChannelDraft): string[] {
  return to.split(/[\s,;]+/).filter((address) => address !== '');
}

/** Null while something is missing that no channel of this kind goes without. */
export function channelInputOf(draft: ChannelDraft): ChannelInput | null {
  const { type, enabled, url, from, startTls, hookUrl, secret } = draft;
  const name = draft.name.trim();
  if (name === '') return null;
  if (type === 'email') {
    const to = addressesOf(draft);
    if (to.length === 0) return null;
    return {
      name,
      enabled,
      type,
      settings: { url: emptyAsNull(url), from: emptyAsNull(from), to, startTls },
    };
  }
  if (hookUrl.trim() === '') return null;
  const settings = { url: hookUrl.trim(), secret: signedKinds.has(type) ? emptyAsNull(secret) : null };
  return { name, enabled, type, settings };
}

/** The first error of a field or of anything inside it: `settings.to.1` belongs to `settings.to`. */
export function errorUnder(problems: Readonly<Record<string, string>>, path: string): string | undefined {
  return Object.entries(problems).find(([name]) => name === path || name.startsWith(`${path}.`))?.[1];
}
