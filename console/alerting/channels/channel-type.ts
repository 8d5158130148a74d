/** What a kind of channel has to bring along. A new kind is one file that implements this, and one row in channel-types.ts. */
import type { StoredChannel } from '../../store/alert-channels.ts';
import type { Notice } from '../notice.ts';
import type { OutboundPolicy } from './outbound-policy.ts';

export interface SendContext {
  readonly outbound: OutboundPolicy;
  /** The default mail server, AQUILA_SMTP_URL; null when there is none. */
  readonly smtpUrl: string | null;
  readonly mailFrom: string | null;
  /** Address of the console for links, without a slash at the end. */
  readonly publicUrl: string;
  /** How long a channel that speaks HTTP may take; each has its own default. */
  readonly deadlineMs?: number;
  /** Certificates that channels that speak HTTP trust beside those that Node trusts. */
  readonly trustedCa?: string;
}

export interface OutgoingMessage {
  readonly notices: readonly Notice[] | 'test';
  /** Stays the same over all attempts, so that a receiver can tell a repeat. */
  readonly messageId: string;
  /** When it was decided to send this; the same over all attempts. */
  readonly atMs: number;
  /** When this attempt is made: receivers refuse signatures that are too old. */
  readonly attemptAtMs: number;
}

export type SendOutcome =
  /** `detail` is what the receiving side answered, `note` what was not perfect. */
  { readonly ok: true; readonly detail: string; readonly note: string | null } | SendFailure;

export interface SendFailure {
  readonly ok: false;
  /** False: trying again cannot help. */
  readonly retriable: boolean;
  readonly error: string;
  /** The receiving side asked to be left alone for so long. */
  readonly retryAfterMs?: number;
}

export interface ChannelType {
  /** Whom it reaches: each gets at most one message a minute, over all channels. */
  recipients(channel: StoredChannel): readonly string[];
  /** One attempt. Never rejects: what goes wrong is an outcome. */
  send(channel: StoredChannel, message: OutgoingMessage, context: SendContext): Promise<SendOutcome>;
}
