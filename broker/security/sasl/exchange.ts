/** One try of a client to prove who it is, by one mechanism: tokens from it, tokens for it, at the end a name. */

export interface SaslStep {
  /** For the client. */
  readonly token: Buffer;
  /** Who it is, once that is proved; null while more has to be said. */
  readonly name: string | null;
}

export interface SaslExchange {
  /** Throws SaslFailure. Not called again after that, or after a name. */
  answer(token: Buffer): SaslStep;
}

/** It could not prove it. The message goes to the client and into the log: it holds nothing that was sent, and no secret. */
export class SaslFailure extends Error {
  override readonly name = 'SaslFailure';
}
