/**
 * Slack's incoming webhooks: blocks, and `text` for notifications and old clients
 * (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks). `&`, `<` and `>` are written as entities
 * (docs.slack.dev/messaging/formatting-message-text), which is what mentions and links are made of, and names are not searched
 * for more (`verbatim`). Taken is 200 with the body `ok`. Limits: one message a second, else 429 with Retry-After; 3,000
 * characters a section, 150 in a head.
 */
import type { OutgoingMessage } from './channel-type.ts';
import { chatTextOf, fitting, leftOut, withoutMarks } from './chat-text.ts';
import { hookChannel } from './hook-channel.ts';
import { wordsOf } from './http-sender.ts';

const HEAD_MAX = 150;
const SECTION_MAX = 2_900;

export const slackChannel = hookChannel({
  compose: (message, { url }, { publicUrl }) => ({
    url: new URL(url),
    body: JSON.stringify(messageOf(message, publicUrl)),
  }),
  refusal: ({ body }) =>
    body.trim() === 'ok'
      ? null
      : {
          ok: false,
          retriable: true,
          error: `it answered 200, but not that it took the message: ${wordsOf(body)}`,
        },
});

/** As the vendor wants text, without marks of emphasis and emoji. */
function slackText(text: string): string {
  return withoutMarks(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function messageOf(message: OutgoingMessage, consoleUrl: string) {
  const { title, heading, facts, lines, link, mood } = chatTextOf(message, consoleUrl);
  const items = [
    ...facts.map(([label, value]) => `*${label}:* ${slackText(value)}`),
    ...lines.map((line) => `• ${slackText(line)}`),
  ];
  const { text, left } = fitting(items, '\n', SECTION_MAX);
  const mark = mood === 'bad' ? ':red_circle:' : ':large_green_circle:';
  return {
    text: slackText(title),
    blocks: [
      {
        type: 'header',
        text: { type: 'plain_text', text: `${mark} ${slackText(heading)}`.slice(0, HEAD_MAX), emoji: true },
      },
      section([text, ...leftOut(left)].join('\n')),
      section(`<${link}|Open in Aquila>`),
    ],
  };
}

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } });
