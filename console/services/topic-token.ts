/**
 * The topic token: the second thing, beside the role, that deleting a topic takes. Only its SHA-256 is kept.
 *
 * A token from the configuration is taken over when it differs from the one that was taken over last, so that rotating
 * it by command stays in force although the configuration still holds the old one. Without any, nothing is deleted.
 * Five wrong tokens within 15 minutes from one account and address lock both the wrong and the right token out.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readSetting, writeSetting } from '../store/settings.ts';
import { reserveTry, secondsUntilFree } from '../store/failed-tries.ts';
import type { TryLimit } from '../store/failed-tries.ts';
import type { Actor, ConsoleContext } from './context.ts';

export const wrongTokensMax = 5;
export const wrongTokenWindowMs = 15 * 60_000;

const hashKey = 'topicToken.sha256';
const configuredKey = 'topicToken.configured.sha256';
const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();

function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Prints nothing itself: the token is returned this once. */
export async function rotateTopicToken(context: ConsoleContext): Promise<string> {
  const token = newToken();
  await writeSetting(context.database, hashKey, digest(token).toString('hex'), context.now());
  return token;
}

/** At the start: takes over a configured token, or makes one if there is none yet. Returns a token that was made here. */
export async function prepareTopicToken(context: ConsoleContext): Promise<string | null> {
  const { database, config } = context;
  if (config.topicToken !== null) {
    const configured = digest(config.topicToken).toString('hex');
    if ((await readSetting(database, configuredKey)) === configured) return null;
    await writeSetting(database, hashKey, configured, context.now());
    await writeSetting(database, configuredKey, configured, context.now());
    return null;
  }
  return (await readSetting(database, hashKey)) === null ? rotateTopicToken(context) : null;
}

/** Without one no topic can be deleted. */
export async function hasTopicToken({ database }: ConsoleContext): Promise<boolean> {
  return (await readSetting(database, hashKey)) !== null;
}

export type TopicTokenVerdict =
  /** Wrong, and so many more may be before the right one is refused, too. */
  'right' | 'none-configured' | { triesLeft: number } | { retryAfterSeconds: number };

/** `given` is whatever the caller sent; what is not a string is wrong. */
export async function checkTopicToken(
  context: ConsoleContext,
  actor: Actor,
  given: unknown,
): Promise<TopicTokenVerdict> {
  const limit: TryLimit = {
    kind: 'topic-token',
    subject: JSON.stringify([actor.kind, actor.id, actor.ip]),
    tries: wrongTokensMax,
    windowMs: wrongTokenWindowMs,
  };
  const nowMs = context.now().getTime();
  const expected = await readSetting(context.database, hashKey);
  const waitSeconds = await secondsUntilFree(context.database, limit, nowMs);
  if (waitSeconds > 0) return { retryAfterSeconds: waitSeconds };
  if (expected === null) return 'none-configured';
  const right = timingSafeEqual(digest(typeof given === 'string' ? given : ''), Buffer.from(expected, 'hex'));
  if (right) return 'right';
  const reservation = await reserveTry(context.database, [limit], nowMs);
  return 'retryAfterSeconds' in reservation ? reservation : { triesLeft: reservation.left };
}
