/**
 * A webhook of one's own: JSON of a documented, versioned form (docs/alert-channels.md). `Idempotency-Key` is the same over all
 * attempts at one message (draft-ietf-httpapi-idempotency-key-header). With a secret, `Aquila-Signature` is `v1=` and the hex
 * HMAC-SHA256 (RFC 2104) of the attempt's time in seconds (`Aquila-Timestamp`), a dot, and the body byte by byte, so that an old
 * message cannot be played again. Every answer of 2xx takes the message.
 */
import { createHmac } from 'node:crypto';
import type { Notice } from '../notice.ts';
import {
  factsOf,
  headingOf,
  incidentLinkOf,
  lineOf,
  subjectWords,
  summaryOf,
  titleOf,
} from '../notice-words.ts';
import type { OutgoingMessage } from './channel-type.ts';
import { hookChannel } from './hook-channel.ts';

/** Grows when a field is taken away or changes its meaning, not when one is added. */
const WEBHOOK_VERSION = 1;
/** A message names so many; `total` says how many there are. */
const WEBHOOK_NOTICES_MAX = 100;

export const webhookChannel = hookChannel({
  compose(message, { url, secret }, { publicUrl }) {
    const body = JSON.stringify(payloadOf(message, publicUrl));
    const timestamp = String(Math.floor(message.attemptAtMs / 1_000));
    const signed: Record<string, string> =
      secret === null ? {} : { 'Aquila-Signature': webhookSignature(secret, timestamp, body) };
    return {
      url: new URL(url),
      body,
      headers: { 'Idempotency-Key': message.messageId, 'Aquila-Timestamp': timestamp, ...signed },
    };
  },
  refusal: () => null,
});

function webhookSignature(secret: string, timestamp: string, body: string): string {
  return `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
}

function payloadOf({ notices, messageId, atMs }: OutgoingMessage, consoleUrl: string) {
  const isTest = notices === 'test';
  const all = isTest ? [] : notices;
  return {
    version: WEBHOOK_VERSION,
    kind: isTest ? 'test' : 'alerts',
    messageId,
    at: new Date(atMs).toISOString(),
    title: isTest
      ? 'Test of an alert channel'
      : all.length === 1 && all[0] !== undefined
        ? titleOf(all[0])
        : `[Aquila] ${summaryOf(all)}`,
    link: `${consoleUrl}/alerts`,
    total: all.length,
    notices: all.slice(0, WEBHOOK_NOTICES_MAX).map((notice) => noticePayload(notice, consoleUrl)),
  };
}

function noticePayload(notice: Notice, consoleUrl: string) {
  return {
    kind: notice.kind,
    incidentId: notice.incidentId,
    type: notice.type,
    level: notice.level,
    rule: notice.ruleName,
    cluster: notice.cluster,
    subject: subjectWords(notice),
    group: notice.group,
    topic: notice.topic,
    status: notice.status,
    value: notice.value,
    peakValue: notice.peakValue,
    threshold: notice.threshold,
    unit: notice.unit,
    reason: notice.reason,
    cause: notice.cause,
    startedAt: new Date(notice.startedAtMs).toISOString(),
    at: new Date(notice.atMs).toISOString(),
    link: notice.link,
    incidentLink: incidentLinkOf(notice, consoleUrl),
    heading: headingOf(notice),
    text: lineOf(notice),
    facts: factsOf(notice).map(([label, value]) => ({ label, value })),
  };
}
