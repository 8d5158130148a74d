/**
 * What of a channel's settings is shown, what is sealed, and what stays as it is when somebody saves what was shown.
 *
 * Two shapes: a mail server's URL, where the password is the secret, and the URL of a hook, which is one as a whole. A secret
 * that was not typed again goes to no other host than the one it was stored for: whoever may change a channel could otherwise
 * have it sent to a host of their own.
 */
import {
  secretMask,
  type ChannelInput,
  type EmailSettings,
  type HookSettings,
} from '../contracts/channels.ts';
import type { StoredChannel } from '../store/alert-channels.ts';
import { ConsoleError } from './console-error.ts';

type Stored = StoredChannel['secret'];

export interface SplitSettings {
  readonly open: Readonly<Record<string, unknown>>;
  readonly secret: Readonly<Record<string, string>>;
}

/** `smtp://user:***@host:port` */
export function shownMailUrl(url: string): string {
  const parsed = new URL(url);
  if (parsed.password !== '') parsed.password = secretMask;
  return parsed.toString();
}

/** `https://host:port/***` */
export function shownHookUrl(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/${secretMask}`;
}

/** What to store of what was sent; `stored` is what the channel keeps so far, empty for a new one. */
export function splitSettings(input: ChannelInput, stored: Stored): SplitSettings {
  return input.type === 'email' ? splitMail(input.settings, stored) : splitHook(input.settings, stored);
}

function splitMail({ url, ...open }: EmailSettings, stored: Stored): SplitSettings {
  const kept = url === null ? null : mailUrl(url, stored['url'] ?? null);
  return { open, secret: kept === null ? {} : { url: kept } };
}

function mailUrl(sent: string, stored: string | null): string {
  const wanted = new URL(sent);
  if (decodeURIComponent(wanted.password) !== secretMask) return sent;
  const known = stored === null ? null : new URL(stored);
  if (known === null || known.host !== wanted.host || known.username !== wanted.username) {
    throw new ConsoleError('invalid', 'The password of this mail server is not known: enter it.', {
      errors: { 'settings.url': 'needs the password, since server or user is another one' },
    });
  }
  wanted.password = known.password;
  return wanted.toString();
}

function splitHook(sent: HookSettings, stored: Stored): SplitSettings {
  const known = stored['url'] ?? null;
  const isKnownHost = known !== null && shownHookUrl(known) === shownHookUrl(sent.url);
  const url = hookUrl(sent.url, isKnownHost ? known : null);
  if (sent.secret === null) return { open: {}, secret: { url } };
  if (sent.secret !== secretMask) return { open: {}, secret: { url, secret: sent.secret } };
  const secret = stored['secret'];
  if (secret === undefined || !isKnownHost) {
    throw new ConsoleError('invalid', 'The secret of this channel is not known: enter it.', {
      errors: { 'settings.secret': 'has to be entered again, since there is none for this host' },
    });
  }
  return { open: {}, secret: { url, secret } };
}

function hookUrl(sent: string, known: string | null): string {
  if (new URL(sent).pathname !== `/${secretMask}`) return sent;
  if (known !== null) return known;
  throw new ConsoleError('invalid', 'The address of this channel is not known: enter all of it.', {
    errors: { 'settings.url': 'has to be entered in full, since there is none for this host' },
  });
}
