/**
 * The options of `kafka-dump-log` and its help: the names, defaults and words of the tool of Apache Kafka 4.3.1
 * (class DumpLogSegments), because scripts and people look for them.
 */
import { CommandError } from '../command-error.ts';
import { onlyInteger, onlyValue, parseKafkaFlags, type KafkaFlag } from '../options/kafka-flags.ts';

/** Which records the log holds. */
export type DecoderName = 'classes' | 'offsets' | 'transactions' | 'metadata' | 'remote-log' | 'share-group';

export interface DumpOptions {
  readonly files: readonly string[];
  readonly printContents: boolean;
  readonly deepIteration: boolean;
  readonly skipRecordMetadata: boolean;
  readonly verifyIndexOnly: boolean;
  readonly indexSanityOnly: boolean;
  readonly maxMessageSizeBytes: number;
  readonly maxBytes: number;
  readonly decoder: DecoderName;
  /** Java class names; only for the decoder `classes`. */
  readonly keyDecoderClass: string;
  readonly valueDecoderClass: string;
}

/** What the command line asks for; `usage` with the line that goes before it, if any. */
export type DumpRequest =
  | { readonly kind: 'dump'; readonly options: DumpOptions }
  | { readonly kind: 'version' }
  | { readonly kind: 'usage'; readonly reason: string };

/** The version of Kafka whose tool this is like. */
export const KAFKA_VERSION = '4.3.1';
const DEFAULT_MAX_MESSAGE_BYTES = 5_242_880;
export const MAX_BYTES_DEFAULT = 2_147_483_647;
const DEFAULT_DECODER_CLASS = 'org.apache.kafka.tools.api.StringDecoder';

const DECODERS: readonly (readonly [flag: string, DecoderName])[] = [
  ['offsets-decoder', 'offsets'],
  ['transaction-log-decoder', 'transactions'],
  ['cluster-metadata-decoder', 'metadata'],
  ['remote-log-metadata-decoder', 'remote-log'],
  ['share-group-state-decoder', 'share-group'],
];

const FLAGS: readonly KafkaFlag[] = [
  ...['help', 'version', 'print-data-log', 'verify-index-only', 'index-sanity-check'].map((name) => ({
    name,
  })),
  ...['deep-iteration', 'skip-record-metadata', ...DECODERS.map(([flag]) => flag)].map((name) => ({ name })),
  { name: 'files', value: 'required' },
  { name: 'max-message-size', value: 'required' },
  { name: 'max-bytes', value: 'required' },
  { name: 'value-decoder-class', value: 'optional' },
  { name: 'key-decoder-class', value: 'optional' },
];

const PURPOSE =
  'This tool helps to parse a log file and dump its contents to the console, useful for debugging a seemingly corrupt log segment.';

/** @throws CommandError when a flag is unknown, given twice or without its value */
export function readDumpRequest(argv: readonly string[]): DumpRequest {
  const flags = parseKafkaFlags(argv, FLAGS);
  if (argv.length === 0 || flags.has('help')) return { kind: 'usage', reason: PURPOSE };
  if (flags.has('version')) return { kind: 'version' };
  const files = onlyValue(flags, 'files');
  if (files === undefined) return { kind: 'usage', reason: 'Missing required argument "[files]"' };
  const decoder = DECODERS.find(([flag]) => flags.has(flag))?.[1] ?? 'classes';
  const decoderFlags = ['value-decoder-class', 'key-decoder-class', ...DECODERS.map(([flag]) => flag)];
  const printContents = ['print-data-log', ...decoderFlags].some((flag) => flags.has(flag));
  const maxBytes = onlyInteger(flags, 'max-bytes', MAX_BYTES_DEFAULT);
  const maxMessageSizeBytes = onlyInteger(flags, 'max-message-size', DEFAULT_MAX_MESSAGE_BYTES);
  if (maxBytes < 0) throw new CommandError(`--max-bytes ${String(maxBytes)} is negative`);
  if (maxMessageSizeBytes < 0)
    throw new CommandError(`--max-message-size ${String(maxMessageSizeBytes)} is negative`);
  return {
    kind: 'dump',
    options: {
      files: splitList(files),
      printContents,
      deepIteration: printContents || flags.has('deep-iteration'),
      skipRecordMetadata: flags.has('skip-record-metadata'),
      verifyIndexOnly: flags.has('verify-index-only'),
      indexSanityOnly: flags.has('index-sanity-check'),
      maxMessageSizeBytes,
      maxBytes,
      decoder,
      keyDecoderClass: onlyValue(flags, 'key-decoder-class') ?? DEFAULT_DECODER_CLASS,
      valueDecoderClass: onlyValue(flags, 'value-decoder-class') ?? DEFAULT_DECODER_CLASS,
    },
  };
}

/** At the commas, without empty ends, as Java splits; paths with doubled or trailing slashes made plain. */
function splitList(text: string): string[] {
  const parts = text.split(',');
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  if (parts.length === 1 && parts[0] === '' && text !== '') return [];
  return parts.map((part) => part.replace(/\/+/g, '/').replace(/(?<=.)\/$/, ''));
}

/** Below the purpose or what was wrong. The blanks at line ends are Kafka's. */
export const OPTIONS_HELP = `\
Option                               Description                                
------                               -----------                                
--cluster-metadata-decoder           If set, log data will be parsed as cluster 
                                       metadata records.                        
--deep-iteration                     If set, uses deep instead of shallow       
                                       iteration. Automatically set if print-   
                                       data-log is enabled.                     
--files <String: file1, file2, ...>  REQUIRED: The comma separated list of data 
                                       and index log files to be dumped.        
--help                               Print usage information.                   
--index-sanity-check                 If set, just checks the index sanity       
                                       without printing its content. This is    
                                       the same check that is executed on       
                                       broker startup to determine if an index  
                                       needs rebuilding or not.                 
--key-decoder-class [String]         If set, used to deserialize the keys. This 
                                       class should implement org.apache.kafka. 
                                       tools.api.Decoder trait. Custom jar      
                                       should be available in kafka/libs        
                                       directory. (default: org.apache.kafka.   
                                       tools.api.StringDecoder)                 
--max-bytes <Integer: size>          Limit the amount of total batches read in  
                                       bytes avoiding reading the whole .log    
                                       file(s). (default: 2147483647)           
--max-message-size <Integer: size>   Size of largest message. (default: 5242880)
--offsets-decoder                    If set, log data will be parsed as offset  
                                       data from the __consumer_offsets topic.  
--print-data-log                     If set, printing the messages content when 
                                       dumping data logs. Automatically set if  
                                       any decoder option is specified.         
--remote-log-metadata-decoder        If set, log data will be parsed as         
                                       TopicBasedRemoteLogMetadataManager       
                                       (RLMM) metadata records. Instead, the    
                                       value-decoder-class option can be used   
                                       if a custom RLMM implementation is       
                                       configured.                              
--share-group-state-decoder          If set, log data will be parsed as share   
                                       group state data from the                
                                       __share_group_state topic.               
--skip-record-metadata               Skip metadata when printing records. This  
                                       flag also skips control records.         
--transaction-log-decoder            If set, log data will be parsed as         
                                       transaction metadata from the            
                                       __transaction_state topic.               
--value-decoder-class [String]       If set, used to deserialize the messages.  
                                       This class should implement org.apache.  
                                       kafka.tools.api.Decoder trait. Custom    
                                       jar should be available in kafka/libs    
                                       directory. (default: org.apache.kafka.   
                                       tools.api.StringDecoder)                 
--verify-index-only                  If set, just verify the index log without  
                                       printing its content.                    
--version                            Display Kafka version.                     `;
