/**
 * A topic's id (KIP-516) as a number, for history, which keeps numbers only: equal for equal ids. Of 36 random bits, so two
 * topics that bore one name after another are taken for one in a case out of 69 billion.
 */
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const DIGITS = 6;

/** `topicId` as Kafka writes it: base64url. NaN for anything else. */
export function topicIdentity(topicId: string): number {
  let identity = 0;
  for (let index = 0; index < DIGITS; index++) {
    const digit = alphabet.indexOf(topicId.charAt(index) || ' ');
    if (digit < 0) return NaN;
    identity = identity * alphabet.length + digit;
  }
  return identity;
}
