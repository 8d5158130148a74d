/** `kafka-dump-log`: Kafka's tool for looking into log files, with its flags and output. It reads files and needs no broker. */
import { once } from 'node:events';
import type { Verb } from '../verb.ts';

export const kafkaDumpLog: Verb = {
  name: 'kafka-dump-log',
  usage: '--files FILE,... [options]',
  summary: 'print log segments, indexes and snapshots as Kafka does',
  details: ['  "aquila kafka-dump-log --help" lists the options.'],
  hasOwnHelp: true,
  async run({ argv, say }) {
    const { runDump } = await import('../kafka-dump-log/run-dump.ts');
    const { stdout } = process;
    let readerIsGone = false;
    // `... | head` closes the pipe: that is the end of the work, not a failure.
    stdout.on('error', () => (readerIsGone = true));
    const write = async (text: string): Promise<boolean> => {
      if (!readerIsGone && !stdout.write(text))
        await Promise.race([once(stdout, 'drain'), once(stdout, 'close')]).catch(() => undefined);
      return !readerIsGone;
    };
    return runDump(argv, { write, complain: say });
  },
};
