/**
 * DingTalk's custom robot: a markdown message (open.dingtalk.com/document/orgapp/custom-robots-send-group-messages). With a
 * secret the query carries `timestamp` (ms) and `sign`, the base64 of HMAC-SHA256 with the secret as key over
 * `timestamp\nsecret` (open.dingtalk.com/document/orgapp/customize-robot-security-settings). The status is 200 whatever
 * happens, `errcode` 0 is success. Limits: 20 messages a minute, after which the robot is mute for ten minutes; 20,000 bytes.
 */
import { createHmac } from 'node:crypto';
import type { OutgoingMessage } from './channel-type.ts';
import { chatTextOf, fitting, leftOut, withoutMarkup } from './chat-text.ts';
import { hookChannel, refusalByCode } from './hook-channel.ts';

const TEXT_MAX_BYTES = 15_000;
const TITLE_MAX = 100;
const MUTE_MS = 600_000;

/**
 * By errcode, how long to wait: busy, what the robot's settings refuse (a keyword, the secret, the address: all of which can
 * be put right), and three ways to say that it was too much.
 */
const retriable = { [-1]: 0, 310000: 0, 130101: MUTE_MS, 410100: MUTE_MS, 90030: MUTE_MS };

export const dingtalkChannel = hookChannel({
  compose: (message, { url, secret }, { publicUrl }) => ({
    url: signedUrl(url, secret, message.attemptAtMs),
    body: JSON.stringify({
      msgtype: 'markdown',
      markdown: markdownOf(message, publicUrl),
      at: { atMobiles: [], atUserIds: [], isAtAll: false },
    }),
  }),
  refusal: (answer) => refusalByCode(answer, { keys: ['errcode'], retriable }),
});

function dingtalkSignature(secret: string, timestamp: string): string {
  return createHmac('sha256', secret).update(`${timestamp}\n${secret}`).digest('base64');
}

function signedUrl(url: string, secret: string | null, nowMs: number): URL {
  const signed = new URL(url);
  if (secret === null) return signed;
  const timestamp = String(nowMs);
  signed.searchParams.set('timestamp', timestamp);
  signed.searchParams.set('sign', dingtalkSignature(secret, timestamp));
  return signed;
}

function markdownOf(message: OutgoingMessage, consoleUrl: string): { title: string; text: string } {
  const { title, heading, facts, lines, link } = chatTextOf(message, consoleUrl);
  const items = [
    ...facts.map(([label, value]) => `**${label}:** ${withoutMarkup(value)}`),
    ...lines.map((line) => `- ${withoutMarkup(line)}`),
  ];
  // A line break takes two blanks at the end, as in all markdown.
  const { text, left } = fitting(items, '  \n', TEXT_MAX_BYTES);
  const parts = [
    `### Aquila: ${withoutMarkup(heading)}`,
    [text, ...leftOut(left)].join('  \n'),
    `[Open in Aquila](${link})`,
  ];
  return { title: withoutMarkup(title).slice(0, TITLE_MAX), text: parts.join('\n\n') };
}
