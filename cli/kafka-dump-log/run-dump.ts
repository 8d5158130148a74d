/**
 * `kafka-dump-log`: prints log segments, their indexes, producer snapshots and KRaft snapshots as Apache Kafka's tool of that
 * name does, byte for byte on standard output, with its sections about mismatches on standard error. A file that cannot be
 * read any further ends the command with status 1 and one line that says where; mismatches alone leave status 0.
 */
import { CommandError } from '../command-error.ts';
import { chooseDecoder } from './decoders/choose-decoder.ts';
import { KAFKA_VERSION, OPTIONS_HELP, readDumpRequest, type DumpOptions } from './dump-options.ts';
import { dumpLog } from './dump-log.ts';
import { suffixOf } from './file-names.ts';
import { Findings } from './findings.ts';
import { dumpOffsetIndex } from './offset-index-file.ts';
import { dumpProducerSnapshot } from './producer-snapshot-file.ts';
import { dumpTimeIndex } from './time-index-file.ts';
import { dumpTxnIndex } from './txn-index-file.ts';

export interface DumpSink {
  /** Text for standard output. Resolves when more may be given, with false when nobody reads any more. */
  readonly write: (text: string) => Promise<boolean>;
  /** One line for standard error. */
  readonly complain: (line: string) => void;
}

/** Text is handed on in pieces of about this many characters. */
const PIECE_CHARACTERS = 65_536;

/** Resolves with the exit status. */
export async function runDump(argv: readonly string[], sink: DumpSink): Promise<number> {
  try {
    const request = readDumpRequest(argv);
    if (request.kind === 'usage') {
      sink.complain(request.reason);
      sink.complain(OPTIONS_HELP);
      return 1;
    }
    if (request.kind === 'version') await sink.write(`${KAFKA_VERSION}\n`);
    else await dumpFiles(request.options, sink);
    return 0;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    sink.complain(`kafka-dump-log: ${error.message}`);
    return 1;
  }
}

async function dumpFiles(options: DumpOptions, sink: DumpSink): Promise<void> {
  const findings = new Findings();
  for (const file of options.files) {
    const readOn = await writeAll(dumpFile(file, options, findings, sink.complain), sink);
    if (!readOn) return;
  }
  for (const line of findings.lines()) sink.complain(line);
}

function* dumpFile(
  file: string,
  options: DumpOptions,
  findings: Findings,
  complain: (line: string) => void,
): Generator<string> {
  yield `Dumping ${file}\n`;
  switch (suffixOf(file)) {
    case '.log':
    case '.checkpoint':
      yield* dumpLog(file, options, chooseDecoder(options), findings);
      return;
    case '.index':
      yield* dumpOffsetIndex(file, options, findings);
      return;
    case '.timeindex':
      yield* dumpTimeIndex(file, options, findings);
      return;
    case '.snapshot':
      yield* dumpProducerSnapshot(file, complain);
      return;
    case '.txnindex':
      yield* dumpTxnIndex(file);
      return;
    default:
      complain(`Ignoring unknown file ${file}`);
  }
}

/** Hands on what there is also when the rest cannot be read. Resolves with false when nobody reads any more. */
async function writeAll(texts: Generator<string>, sink: DumpSink): Promise<boolean> {
  let piece = '';
  try {
    for (const text of texts) {
      piece += text;
      if (piece.length < PIECE_CHARACTERS) continue;
      const full = piece;
      piece = '';
      if (!(await sink.write(full))) return false;
    }
  } finally {
    if (piece !== '') await sink.write(piece);
  }
  return true;
}
