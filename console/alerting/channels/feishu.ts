/**
 * Feishu's (Lark's) custom bot: a card (open.feishu.cn/document/client-docs/bot-v3/add-custom-bot). With a secret the body
 * carries `timestamp` (seconds) and `sign`: base64 of HMAC-SHA256 over nothing, with `timestamp\nsecret` as key. All text is
 * `plain_text`, which Feishu shows as it is: no name can mention anybody. `code` 0 is success (`StatusCode` of older ones);
 * refusals come with a status of 200 or 400. Limits: 100 messages a minute and 5 a second, 20 KB a request.
 */
import { createHmac } from 'node:crypto';
import type { OutgoingMessage } from './channel-type.ts';
import { chatTextOf, fitting, leftOut } from './chat-text.ts';
import { hookChannel, refusalByCode } from './hook-channel.ts';

const TEXT_MAX_BYTES = 12_000;
const TITLE_MAX = 200;
const MINUTE_MS = 60_000;

/**
 * By code, how long to wait: what the bot's settings refuse (secret, address, keyword: all of which can be put right), and
 * ways to say that it was too much.
 */
const retriable = { 19021: 0, 19022: 0, 19024: 0, 9499: MINUTE_MS, 11232: MINUTE_MS, 99991400: MINUTE_MS };

export const feishuChannel = hookChannel({
  compose(message, { url, secret }, { publicUrl }) {
    const timestamp = String(Math.floor(message.attemptAtMs / 1_000));
    const signed = secret === null ? {} : { timestamp, sign: feishuSignature(secret, timestamp) };
    const body = JSON.stringify({ ...signed, msg_type: 'interactive', card: cardOf(message, publicUrl) });
    return { url: new URL(url), body };
  },
  refusal: (answer) => refusalByCode(answer, { keys: ['code', 'StatusCode'], retriable }),
});

function feishuSignature(secret: string, timestamp: string): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}

/** Mentions are tags, and only in other kinds of text; broken all the same. */
const plainText = (content: string) => ({
  tag: 'plain_text' as const,
  content: content.replace(/<(?=\s*\/?\s*at\b)/gi, '＜'),
});

function cardOf(message: OutgoingMessage, consoleUrl: string) {
  const { title, facts, lines, link, mood } = chatTextOf(message, consoleUrl);
  const { text, left } = fitting(lines, '\n', TEXT_MAX_BYTES);
  const listed = [text, ...leftOut(left)].filter((part) => part !== '').join('\n');
  const fields = facts.map(([label, value]) => ({
    is_short: value.length < 30,
    text: plainText(`${label}\n${value}`),
  }));
  return {
    config: { wide_screen_mode: true },
    header: { template: mood === 'bad' ? 'red' : 'green', title: plainText(title.slice(0, TITLE_MAX)) },
    elements: [
      facts.length > 0 ? { tag: 'div', fields } : { tag: 'div', text: plainText(listed) },
      {
        tag: 'action',
        actions: [{ tag: 'button', type: 'primary', text: plainText('Open in Aquila'), url: link }],
      },
    ],
  };
}
