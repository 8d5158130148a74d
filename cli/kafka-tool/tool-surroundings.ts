/** What a Kafka tool gets handed instead of the terminal, the environment and the file system. */
import type { ReadText } from './client-properties.ts';

export interface ToolSurroundings {
  /** One line on standard output. */
  readonly print: (line: string) => void;
  /** Bytes on standard output; resolves when there is room for more. False: nobody reads it any more. */
  readonly write: (bytes: Uint8Array) => Promise<boolean>;
  /** One line on standard error. */
  readonly say: (line: string) => void;
  readonly input: AsyncIterable<Uint8Array>;
  /** Somebody types: a prompt helps. */
  readonly isInteractive: boolean;
  /** Where to go when no address is given, only --zookeeper. */
  readonly defaultBootstrap: string;
  readonly readText: ReadText;
  /** Aborts when the command is to end (Ctrl-C, SIGTERM). */
  readonly stopped: AbortSignal;
}

/** Resolves with the exit status. */
export type KafkaTool = (argv: readonly string[], surroundings: ToolSurroundings) => Promise<number>;
