/**
 * E-mail over SMTP with nodemailer. The server is the channel's own or the default one; its name is resolved and judged by us
 * and connected to by address, TLS is checked against the name (not on loopback, where a self-signed one is usual and
 * nobody sits in between). Files and URLs are never read into a mail. Addresses are checked again here, whoever stored them.
 */
import { isIP } from 'node:net';
import nodemailer from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { emailSettingsSchema, mailAddressSchema, type EmailSettings } from '../../contracts/channels.ts';
import type { StoredChannel } from '../../store/alert-channels.ts';
import { isAllowedAddress, OutboundRefusedError, resolveAllowed } from './outbound-policy.ts';
import { formatTime, renderNotices, type RenderedMessage } from '../render-notice.ts';
import type { ChannelType, OutgoingMessage, SendContext, SendOutcome } from './channel-type.ts';

const CONNECT_TIMEOUT_MS = 10_000;
const SOCKET_TIMEOUT_MS = 20_000;
/** The whole attempt; shorter than the time after which a claimed attempt may be repeated. */
const SEND_DEADLINE_MS = 45_000;
const ERROR_MAX = 500;

export const emailChannel: ChannelType = {
  recipients: (channel) => settingsOf(channel).to.map((address) => address.toLowerCase()),

  async send(channel, message, context) {
    try {
      return await sendMail(settingsOf(channel), message, context);
    } catch (error) {
      return { ok: false, retriable: isRetriable(error), error: describe(error) };
    }
  },
};

function settingsOf({ settings, secret }: StoredChannel): EmailSettings {
  return emailSettingsSchema.parse({ ...settings, url: secret['url'] ?? null });
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
  const transport = nodemailer.createTransport(await transportOptions(server, context));
  const deadline = new AbortController();
  try {
    const rendered = render(message, context);
    const sending = transport.sendMail({
      from: { name: 'Aquila', address: senderOf(settings, server, context) },
      to: settings.to.map((address) => mailAddressSchema.parse(address)),
      subject: rendered.subject,
      text: rendered.text,
      html: rendered.html,
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
    return { ok: true, detail: `${server.hostname} took it: ${info.response}`.slice(0, ERROR_MAX), note };
  } finally {
    deadline.abort();
    transport.close();
  }
}

async function transportOptions(server: URL, { outbound }: SendContext): Promise<SMTPTransport.Options> {
  const host = server.hostname.replace(/^\[|\]$/g, '');
  const address = await resolveAllowed(host, outbound);
  const secure = server.protocol === 'smtps:';
  const isLoopback = !isAllowedAddress(address, 'public') && /^(127\.|::1$|::ffff:127\.)/.test(address);
  return {
    host: address,
    port: server.port === '' ? (secure ? 465 : 587) : Number(server.port),
    secure,
    ...(server.username === ''
      ? {}
      : { auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) } }),
    tls: { ...(isIP(host) === 0 ? { servername: host } : {}), rejectUnauthorized: !isLoopback },
    connectionTimeout: CONNECT_TIMEOUT_MS,
    greetingTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: SOCKET_TIMEOUT_MS,
    dnsTimeout: CONNECT_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function senderOf(settings: EmailSettings, server: URL, { mailFrom }: SendContext): string {
  const candidates = [settings.from, mailFrom, decodeURIComponent(server.username), 'aquila@localhost'];
  return (
    candidates.find((each) => each !== null && mailAddressSchema.safeParse(each).success) ??
    'aquila@localhost'
  );
}

function render({ notices, atMs }: OutgoingMessage, { publicUrl }: SendContext): RenderedMessage {
  if (notices !== 'test') return renderNotices(notices, publicUrl);
  const words = `This is a test of an alert channel of Aquila, sent at ${formatTime(atMs)}. Notices will arrive like this one.`;
  return { subject: '[Aquila] Test of an alert channel', text: `${words}\n`, html: `<p>${words}</p>` };
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

/** A 5xx answer is final (RFC 5321 4.2.1), but for a refused sign-in: a password can be put right. */
function isRetriable(error: unknown): boolean {
  if (error instanceof OutboundRefusedError) return false;
  if (!(error instanceof Error)) return true;
  const { code, responseCode } = error as SmtpError;
  return code === 'EAUTH' || responseCode === undefined || responseCode < 500;
}

/** One line, without what was sent to sign in. */
function describe(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\s+/g, ' ').slice(0, ERROR_MAX);
}
