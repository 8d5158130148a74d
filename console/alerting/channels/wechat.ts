/**
 * WeChat Work's group robot: a markdown message (developer.work.weixin.qq.com/document/path/91770). Nothing is signed, the key
 * in the URL is the secret. The status is 200 whatever happens, `errcode` 0 is success. Limits: 20 messages a minute, 4,096
 * bytes of content.
 */
import type { OutgoingMessage } from './channel-type.ts';
import { chatTextOf, fitting, leftOut, withoutMarkup } from './chat-text.ts';
import { hookChannel, refusalByCode } from './hook-channel.ts';

const CONTENT_MAX_BYTES = 4_096;
const MINUTE_MS = 60_000;

/** By errcode (developer.work.weixin.qq.com/document/path/90313): busy, too often, too many at once. */
const retriable = { [-1]: 0, 45009: MINUTE_MS, 45033: MINUTE_MS };

export const wechatChannel = hookChannel({
  compose: (message, { url }, { publicUrl }) => ({
    url: new URL(url),
    body: JSON.stringify({ msgtype: 'markdown', markdown: { content: contentOf(message, publicUrl) } }),
  }),
  refusal: (answer) => refusalByCode(answer, { keys: ['errcode'], retriable }),
});

function contentOf(message: OutgoingMessage, consoleUrl: string): string {
  const { heading, facts, lines, link, mood } = chatTextOf(message, consoleUrl);
  const items = [
    ...facts.map(([label, value]) => `> ${label}: <font color="comment">${withoutMarkup(value)}</font>`),
    ...lines.map((line) => `> ${withoutMarkup(line)}`),
  ];
  const color = mood === 'bad' ? 'warning' : 'info';
  const head = `**Aquila: <font color="${color}">${withoutMarkup(heading)}</font>**`;
  const tail = `[Open in Aquila](${link})`;
  const room = CONTENT_MAX_BYTES - Buffer.byteLength(head + tail) - 60;
  const { text, left } = fitting(items, '\n', room);
  return [head, text, ...leftOut(left), tail].join('\n');
}
