/**
 * Bytes as text by the names of Kafka's deserializers (org.apache.kafka.common.serialization); what Java's toString makes of the value.
 * Pure.
 */
import { CommandError } from '../command-error.ts';
import { javaDouble } from '../kafka-tool/java-double.ts';

export type Deserialize = (bytes: Buffer) => Buffer;

/** @throws CommandError when the bytes are not of that type */
function fixed(name: string, size: number, read: (bytes: Buffer) => string): Deserialize {
  return (bytes) => {
    if (bytes.length !== size)
      throw new CommandError(`Size of data received by ${name} is not ${String(size)}`);
    return Buffer.from(read(bytes));
  };
}

const same: Deserialize = (bytes) => bytes;
const PACKAGE = 'org.apache.kafka.common.serialization.';
const KNOWN: ReadonlyMap<string, Deserialize> = new Map([
  ['StringDeserializer', same],
  ['ByteArrayDeserializer', same],
  ['ShortDeserializer', fixed('ShortDeserializer', 2, (bytes) => String(bytes.readInt16BE()))],
  ['IntegerDeserializer', fixed('IntegerDeserializer', 4, (bytes) => String(bytes.readInt32BE()))],
  ['LongDeserializer', fixed('LongDeserializer', 8, (bytes) => String(bytes.readBigInt64BE()))],
  [
    'FloatDeserializer',
    fixed('FloatDeserializer', 4, (bytes) => javaDouble(Number(bytes.readFloatBE().toPrecision(7)))),
  ],
  ['DoubleDeserializer', fixed('DoubleDeserializer', 8, (bytes) => javaDouble(bytes.readDoubleBE()))],
  ['BooleanDeserializer', fixed('BooleanDeserializer', 1, (bytes) => String(bytes[0] === 1))],
  ['UUIDDeserializer', same],
]);

/** @throws CommandError for a class that is not here */
export function deserializerNamed(name: string): Deserialize {
  const found = KNOWN.get(name.startsWith(PACKAGE) ? name.slice(PACKAGE.length) : '');
  if (found !== undefined) return found;
  throw new CommandError(
    `${name}: there is no such deserializer here; there are ${[...KNOWN.keys()].map((each) => PACKAGE + each).join(', ')}.`,
  );
}
