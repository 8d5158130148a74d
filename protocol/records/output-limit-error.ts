/**
 * Compressed records that grow beyond what the caller allows. Told apart from damage because a broker answers it
 * otherwise: too large rather than corrupt.
 */
import { ProtocolError } from '../wire/protocol-error.ts';

export class OutputLimitError extends ProtocolError {
  constructor(what: string, limitBytes: number) {
    super('length', `${what} grows beyond the limit of ${limitBytes} bytes`);
    this.name = 'OutputLimitError';
  }
}
