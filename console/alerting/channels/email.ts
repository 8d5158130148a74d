/**
 * E-mail over SMTP with nodemailer. The server is the channel's own or the default one; its name is resolved and judged by us
 * and connected to by address, TLS is checked against the name (not on loopback, where a self-signed one is usual and
 * nobody sits in between). Files and URLs are never read into a mail. Addresses are checked again here, whoever stored them.
 *
 * `smtps://` is TLS from the first byte (RFC 8314). `smtp://` upgrades with STARTTLS (RFC 3207) where the server offers it;
 * `required` gives up where it does not. Unless said otherwise that is required when there is a password that would leave
 * this machine. Pictures are part of the mail and shown by their Content-ID (RFC 2392).
 */
import { isIP } from 'node:net';
import nodemailer from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { emailSettingsSchema, mailAddressSchema, type EmailSettings } from '../../contracts/channels.ts';
import { connectionWords } from '../../model/connection-words.ts';
import type { StoredChannel } from '../../store/alert-channels.ts';
import { singleLine } from '../notice-words.ts';
import {
  PICTURE_HEIGHT,
  PICTURE_WIDTH,
  renderNotices,
  renderTest,
  type MailPicture,
  type RenderedMessage,
} from '../render-notice.ts';
import type { ChannelType, OutgoingMessage, SendContext, SendOutcome } from './channel-type.ts';
import { isLoopback, OutboundRefusedError, resolveAllowed } from './outbound-policy.ts';
import { drawLineChart } from './picture/line-chart.ts';
import { encodePng } from './picture/png.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 20_000;
/** The whole attempt; shorter than the time after which a claimed attempt may be repeated. */
const SEND_DEADLINE_MS = 45_000;
const ERROR_MAX = 500;
const PIXELS_PER_DOT = 2;

export const emailChannel: ChannelType = {
  recipients: (channel) => settingsOf(channel)?.to.map((address) => address.toLowerCase()) ?? [channel.id],

  async send(channel, message, context) {
    const settings = settingsOf(channel);
    if (settings === null) {
      return {
        ok: false,
        retriable: true,
        error: 'The settings of this channel cannot be read: enter them again.',
      };
    }
    try {
      return await sendMail(settings, message, context);
    } catch (error) {
      return { ok: false, retriable: isRetriable(error), error: describe(error) };
    }
  },
};

/** Null when they are of another version or damaged. */
function settingsOf({ settings, secret }: StoredChannel): EmailSettings | null {
  const parsed = emailSettingsSchema.safeParse({ ...settings, url: secret['url'] ?? null });
  return parsed.success ? parsed.data : null;
}

async function sendMail(
  settings: EmailSettings,
  message: OutgoingMessage,
  context: SendContext,
): Promise<SendOutcome> {
  const url = settings.url ?? context.smtpUrl;
  if (url === null) {
    return {
      ok: false,
      retriable: true,
      error: 'There is no mail server: set AQUILA_SMTP_URL or give the channel its own.',
    };
  }
  const server = new URL(url);
  const transport = nodemailer.createTransport(await transportOptions(server, settings, context));
  const deadline = new AbortController();
  try {
    const rendered = render(message, context);
    const sending = transport.sendMail({
      from: { name: 'Aquila', address: senderOf(settings, server, context) },
      to: settings.to.map((address) => mailAddressSchema.parse(address)),
      subject: rendered.subject,
      text: rendered.text,
      html: rendered.html,
      attachments: await Promise.all(rendered.pictures.map(attachmentOf)),
      messageId: message.messageId,
      date: new Date(message.atMs),
      headers: { 'Auto-Submitted': 'auto-generated' },
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    sending.catch(() => undefined);
    const info = await Promise.race([sending, rejectAfter(SEND_DEADLINE_MS, deadline.signal)]);
    const refused = info.rejected;
    const note = refused.length === 0 ? null : `The mail server refused ${refused.join(', ')}.`;
    const detail = singleLine(`${server.hostname} took it: ${info.response}`, ERROR_MAX);
    return { ok: true, detail, note };
  } finally {
    deadline.abort();
    transport.close();
  }
}

async function attachmentOf({ cid, chart, threshold }: MailPicture, index: number) {
  const size = { width: PICTURE_WIDTH * PIXELS_PER_DOT, height: PICTURE_HEIGHT * PIXELS_PER_DOT };
  return {
    filename: `chart-${String(index + 1)}.png`,
    content: await encodePng(drawLineChart(chart, threshold, size), 96 * PIXELS_PER_DOT),
    contentType: 'image/png',
    contentDisposition: 'inline' as const,
    cid,
  };
}

async function transportOptions(
  server: URL,
  { startTls }: EmailSettings,
  { outbound }: SendContext,
): Promise<SMTPTransport.Options> {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const address = await resolveAllowed(host, outbound);
  const secure = server.protocol === 'smtps:';
  return {
    host: address,
    port: server.port === '' ? (secure ? 465 : 587) : Number(server.port),
    secure,
    requireTLS: requiresStartTls(server, startTls, address),
    ...(server.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) } }),
    tls: { ...(isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: !isLoopback(address) },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Whether nothing is sent, the password least of all, over a connection that was not upgraded. */
export function requiresStartTls(server: URL, startTls: EmailSettings['startTls'], address: string): boolean {
  if (server.protocol === 'smtps:') return false;
  return startTls === null ? server.password !== '' && !isLoopback(address) : startTls === 'required';
}

function senderOf(settings: EmailSettings, server: URL, { mailFrom }: SendContext): string {
  const candidates = [settings.from, mailFrom, decodeURIComponent(server.username), 'aquila@localhost'];
  return (
    candidates.find((each) => each !== null && mailAddressSchema.safeParse(each).success) ??
    'aquila@localhost'
  );
}

function render({ notices, atMs }: OutgoingMessage, { publicUrl }: SendContext): RenderedMessage {
  return notices === 'test' ? renderTest(atMs, publicUrl) : renderNotices(notices, publicUrl);
}

function rejectAfter(milliseconds: number, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new Error(`no answer from the mail server within ${String(milliseconds / 1_000)} s`));
    }, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
    });
  });
}

interface SmtpError extends Error {
  readonly code?: string;
  readonly responseCode?: number;
}

/** A 5xx answer is final (RFC 5321 4.2.1), but for a refused sign-in or upgrade: either can be put right. */
function isRetriable(error: unknown): boolean {
  if (error instanceof OutboundRefusedError) return false;
  if (!(error instanceof Error)) return true;
  const { code, responseCode } = error as SmtpError;
  return code === 'EAUTH' || code === 'ETLS' || responseCode === undefined || responseCode < 500;
}

/** One line, without what was sent to sign in. */
function describe(error: unknown): string {
  return singleLine(connectionWords(error), ERROR_MAX);
}
