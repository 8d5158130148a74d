/**
 * Groups of Apache Kafka's Java client whose members change from the classic to the consumer protocol one by one, and back,
 * while records come (KIP-848). What must hold is said in programs/ChangeProtocol.java.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CompatCase } from './compat-case.ts';
import { lacksTools, librariesFolder } from './kafka-distribution.ts';
import { expectEqual, outputOf } from './run-program.ts';

const PROGRAM = fileURLToPath(new URL('programs/ChangeProtocol.java', import.meta.url));
/** Six changes, each of which may wait for a heartbeat of five seconds twice. */
const LIMIT_MS = 240_000;

const KINDS = {
  eager: 'classic members that stop for a rebalance',
  cooperative: 'classic members that go on in a rebalance',
  static: 'static members',
};

export const protocolChangeCases: readonly CompatCase[] = Object.entries(KINDS).map(([kind, members]) => ({
  name: `the Java client changes the protocol of a group member by member and back: ${members}`,
  missing: () => lacksTools('kafka-topics'),
  run: async ({ bootstrap, topic }) => {
    const argv = [
      '-Xmx256m',
      '-cp',
      join(librariesFolder, '*'),
      PROGRAM,
      bootstrap,
      topic,
      `${topic}-g`,
      kind,
    ];
    const output = await outputOf('java', argv, '', { limitMs: LIMIT_MS });
    // Before it the library tells of commits that came with the generation before.
    expectEqual(output.split('\n').at(-2), 'done', `the last line of ${output}`);
  },
}));
