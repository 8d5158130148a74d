/**
 * What all channels with a URL have in common: their settings, the attempt, what a status means, and that no secret gets into
 * words that are kept. A kind of channel adds what it sends and how it reads the answer (HookDialect).
 */
import { hookSettingsSchema, type HookSettings } from '../../contracts/channels.ts';
import type { StoredChannel } from '../../store/alert-channels.ts';
import type { ChannelType, OutgoingMessage, SendContext, SendFailure, SendOutcome } from './channel-type.ts';
import { failureOf, postJson, refusalOf, wordsOf, type HttpAnswer, type HttpMessage } from './http-sender.ts';

export interface HookDialect {
  /** What is sent for a message; signed for this attempt where there is a secret. */
  compose(message: OutgoingMessage, settings: HookSettings, context: SendContext): HttpMessage;
  /** What the words of an answer mean: null is that the message was taken. */
  readonly refusal: (answer: HttpAnswer) => SendFailure | null;
}

const SECRET_PART_MIN = 8;

export function hookChannel(dialect: HookDialect): ChannelType {
  return {
    recipients: (channel) => [settingsOf(channel)?.url ?? channel.id],

    async send(channel, message, context) {
      const settings = settingsOf(channel);
      if (settings === null) {
        return {
          ok: false,
          retriable: true,
          error: 'The address of this channel cannot be read: enter it again.',
        };
      }
      const { host } = new URL(settings.url);
      const outcome = await attempt(dialect, settings, message, context);
      if (outcome.ok) return { ...outcome, detail: withoutSecrets(outcome.detail, settings) };
      return { ...outcome, error: `${host}: ${withoutSecrets(outcome.error, settings)}` };
    },
  };
}

async function attempt(
  dialect: HookDialect,
  settings: HookSettings,
  message: OutgoingMessage,
  context: SendContext,
): Promise<SendOutcome> {
  try {
    const composed = dialect.compose(message, settings, context);
    const answer = await postJson(composed, context);
    const failure = judge(dialect, answer, message.attemptAtMs);
    if (failure !== null) return failure;
    const words = wordsOf(answer.body);
    const detail = `${composed.url.host} answered ${String(answer.status)}${words === '' ? '' : `: ${words}`}`;
    return { ok: true, detail, note: null };
  } catch (error) {
    return failureOf(error);
  }
}

/** By the status; but who says in so many words for how long to wait is believed whatever the status is. */
function judge({ refusal }: HookDialect, answer: HttpAnswer, nowMs: number): SendFailure | null {
  const byStatus = refusalOf(answer, nowMs);
  const byWords = refusal(answer);
  if (byStatus === null) return byWords;
  return byWords?.retryAfterMs === undefined ? byStatus : byWords;
}

/** Null when they were sealed with a key that is gone. */
function settingsOf({ secret }: StoredChannel): HookSettings | null {
  const parsed = hookSettingsSchema.safeParse({ url: secret['url'], secret: secret['secret'] ?? null });
  return parsed.success ? parsed.data : null;
}

/** Receivers like to repeat the path that they do not know; everybody who may see incidents would read it. */
function withoutSecrets(words: string, { url, secret }: HookSettings): string {
  const { pathname, search, searchParams, username, password } = new URL(url);
  const parts = [...pathname.split('/'), ...searchParams.values(), search.slice(1), password, username]
    .flatMap((part) => [part, decoded(part)])
    .filter((part) => part.length >= SECRET_PART_MIN);
  const all = [...parts, ...(secret === null ? [] : [secret])].sort((a, b) => b.length - a.length);
  return all.reduce((text, part) => text.replaceAll(part, '***'), words);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // A % that stands for itself.
  }
}

/** A JSON answer that says by a number whether it worked: null when it is 0. */
export function refusalByCode(
  answer: HttpAnswer,
  codes: { readonly keys: readonly string[]; readonly retriable: Readonly<Record<number, number>> },
): SendFailure | null {
  const code = codeOf(answer.body, codes.keys);
  if (code === 0) return null;
  const words = wordsOf(answer.body);
  if (code === null) {
    return {
      ok: false,
      retriable: true,
      error: `it answered ${String(answer.status)}, but not whether it took the message: ${words}`,
    };
  }
  const retryAfterMs = codes.retriable[code];
  const error = `it refused the message: ${words}`;
  if (retryAfterMs === undefined) return { ok: false, retriable: false, error };
  return { ok: false, retriable: true, error, ...(retryAfterMs === 0 ? {} : { retryAfterMs }) };
}

function codeOf(body: string, keys: readonly string[]): number | null {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed !== 'object' || parsed === null) return null;
    const fields = new Map(Object.entries(parsed));
    const code = keys.map((key) => fields.get(key) as unknown).find((value) => value !== undefined);
    return typeof code === 'number' ? code : null;
  } catch {
    return null; // No JSON, or only the beginning of one.
  }
}
