/** What a producer does by the properties of Kafka's own (class ProducerConfig), for those tools that write. Pure. */
import type { ProducerSettings } from '../../kafka-client/producer/record-producer.ts';
import { CompressionCode, type CompressionName } from '../../protocol/records/batch-format.ts';
import { CommandError } from '../command-error.ts';
import { booleanProperty, positiveInteger, wholeNumber, type ClientProperties } from './client-properties.ts';

const ACKS: ReadonlyMap<string, -1 | 0 | 1> = new Map([
  ['all', -1],
  ['-1', -1],
  ['0', 0],
  ['1', 1],
]);

/** What the producer does by its properties, with the defaults of Kafka's (ProducerConfig). @throws CommandError */
export function producerSettings(properties: ClientProperties): ProducerSettings {
  const acksText = properties.get('acks') ?? 'all';
  const acks = ACKS.get(acksText.trim().toLowerCase());
  if (acks === undefined)
    throw new CommandError(
      `Invalid value ${acksText} for configuration acks: String must be one of: all, -1, 0, 1`,
    );
  const idempotent = booleanProperty(properties, 'enable.idempotence', acks === -1);
  if (idempotent && acks !== -1)
    throw new CommandError(
      'Must set acks to all in order to use the idempotent producer. Otherwise we cannot guarantee idempotence.',
    );
  if (properties.has('transactional.id'))
    throw new CommandError('transactional.id cannot be used here: what is written is in no transaction.');
  const lingerMs = wholeNumber(properties, 'linger.ms', 5);
  const requestTimeoutMs = positiveInteger(properties, 'request.timeout.ms', 30_000);
  return {
    ...{ acks, idempotent, lingerMs, requestTimeoutMs },
    compression: compressionOf(properties.get('compression.type') ?? 'none'),
    batchBytes: wholeNumber(properties, 'batch.size', 16_384),
    bufferBytes: wholeNumber(properties, 'buffer.memory', 33_554_432),
    maxRequestBytes: wholeNumber(properties, 'max.request.size', 1_048_576),
    retries: wholeNumber(properties, 'retries', 0x7fff_ffff),
    retryBackoffMs: wholeNumber(properties, 'retry.backoff.ms', 100),
    deliveryTimeoutMs: wholeNumber(properties, 'delivery.timeout.ms', 120_000),
    maxBlockMs: wholeNumber(properties, 'max.block.ms', 60_000),
    metadataMaxAgeMs: wholeNumber(properties, 'metadata.max.age.ms', 300_000),
  };
}

function compressionOf(name: string): CompressionName {
  const found = (Object.keys(CompressionCode) as CompressionName[]).find((each) => each === name);
  if (found === undefined)
    throw new CommandError(
      `Invalid value ${name} for configuration compression.type: String must be one of: ${Object.keys(CompressionCode).join(', ')}`,
    );
  return found;
}
