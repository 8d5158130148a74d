/** The decoder that the options ask for. */
import type { DumpOptions } from '../dump-options.ts';
import { classDecoder } from './class-decoders.ts';
import { coordinatorDecoder } from './coordinator-records.ts';
import { metadataDecoder } from './metadata-records.ts';
import type { RecordDecoder } from './record-decoder.ts';
import { remoteLogDecoder } from './remote-log-metadata.ts';

/** Throws CommandError for a Java class that is not one of Kafka's. */
export function chooseDecoder(options: DumpOptions): RecordDecoder {
  switch (options.decoder) {
    case 'offsets':
    case 'transactions':
    case 'share-group':
      return coordinatorDecoder(options.decoder);
    case 'metadata':
      return metadataDecoder();
    case 'remote-log':
      return remoteLogDecoder();
    case 'classes':
      return classDecoder(options.keyDecoderClass, options.valueDecoderClass);
  }
}
