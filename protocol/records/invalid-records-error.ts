/**
 * Records whose bytes can be read but which no client may send like that: a message set within a compressed one, two
 * magics in one set. Kafka tells these (INVALID_RECORD) from bytes that are damaged (CORRUPT_MESSAGE).
 */
import { ProtocolError } from '../wire/protocol-error.ts';

export class InvalidRecordsError extends ProtocolError {
  constructor(message: string, position = -1) {
    super('value', message, position);
    this.name = 'InvalidRecordsError';
  }
}
