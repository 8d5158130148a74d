/**
 * The one error that reading or writing bytes of the wire protocol can end in.
 *
 * Whatever a peer sends, decoding gives a value or throws this; it never throws anything else and never allocates
 * from a length that it has not compared with what is there. `position` counts bytes from the start of the
 * buffer that was being read, or is -1 while writing.
 */

/**
 * - `truncated`: the bytes end inside a value
 * - `length`: a length or count is negative, too large for what follows, or over a named limit
 * - `value`: bytes that no correct peer writes (null where null is not allowed, wrong marker, wrong checksum)
 * - `trailing`: the message ended before its bytes did
 * - `version`: the schema has no such version
 */
export type ProtocolErrorCode = 'truncated' | 'length' | 'value' | 'trailing' | 'version';

export class ProtocolError extends Error {
  readonly code: ProtocolErrorCode;
  readonly position: number;

  constructor(code: ProtocolErrorCode, message: string, position = -1) {
    super(position >= 0 ? `${message} (at byte ${position})` : message);
    this.name = 'ProtocolError';
    this.code = code;
    this.position = position;
  }
}
