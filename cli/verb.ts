/** One verb of the command: its row in help, and what it does. */
import type { CommandContext } from './command-context.ts';

export interface Verb {
  /** As typed; sub-verbs have two words: `token create`. */
  readonly name: string;
  /** What follows the name, for help. */
  readonly usage: string;
  readonly summary: string;
  /** Further lines of `help VERB`. */
  readonly details?: readonly string[];
  /** Kafka's tools answer --help themselves, in Kafka's words. */
  readonly hasOwnHelp?: true;
  /** Resolves with the exit status. Failures that have a reason are thrown as CommandError. */
  readonly run: (context: CommandContext) => Promise<number>;
}
