/**
 * Keys and values by the decoders that Kafka ships, named by their Java classes. Classes of a user's own need Java.
 */
import { CommandError } from '../../command-error.ts';
import { javaText } from '../java-text.ts';
import type { RecordDecoder } from './record-decoder.ts';

type DecodeBytes = (bytes: Buffer) => string;

const PACKAGE = 'org.apache.kafka.tools.api.';

const CLASSES: ReadonlyMap<string, DecodeBytes> = new Map<string, DecodeBytes>([
  ['StringDecoder', javaText],
  ['IntegerDecoder', (bytes) => String(exactly(bytes, 4, 'IntegerDecoder').readInt32BE(0))],
  ['LongDecoder', (bytes) => String(exactly(bytes, 8, 'LongDecoder').readBigInt64BE(0))],
  // Java prints the identity of an array here, which says nothing: the bytes do.
  ['DefaultDecoder', (bytes) => bytes.toString('hex')],
]);

/** Throws CommandError for a class that is not one of Kafka's. */
export function classDecoder(keyClass: string, valueClass: string): RecordDecoder {
  const decodeKey = decoderNamed(keyClass);
  const decodeValue = decoderNamed(valueClass);
  return ({ key, value }) => ({
    key: key === null ? null : decodeKey(key),
    payload: value === null ? null : decodeValue(value),
  });
}

function decoderNamed(name: string): DecodeBytes {
  const decode = name.startsWith(PACKAGE) ? CLASSES.get(name.slice(PACKAGE.length)) : undefined;
  if (decode !== undefined) return decode;
  const known = [...CLASSES.keys()].map((className) => PACKAGE + className).join(', ');
  throw new CommandError(`Failed to load decoder class ${name}: there is ${known}.`);
}

function exactly(bytes: Buffer, size: number, decoder: string): Buffer {
  if (bytes.length >= size) return bytes;
  throw new CommandError(
    `${decoder} needs ${String(size)} bytes, a record has ${String(bytes.length)}: choose another decoder class.`,
  );
}
