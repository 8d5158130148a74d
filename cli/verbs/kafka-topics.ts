/** `kafka-topics`: Kafka's tool for topics, with its flags and output, against any cluster. */
import { readFileSync } from 'node:fs';
import { parseProperties } from '../../console/config/properties-file.ts';
import { CommandError } from '../command-error.ts';
import type { Verb } from '../verb.ts';

export const kafkaTopics: Verb = {
  name: 'kafka-topics',
  usage: '--bootstrap-server HOST:PORT [options]',
  summary: 'create, list, describe, grow and delete topics as Kafka does',
  details: ['  "aquila kafka-topics --help" lists the options.'],
  hasOwnHelp: true,
  async run({ argv, print, say }) {
    const { runTopics } = await import('../kafka-topics/run-topics.ts');
    return runTopics(argv, {
      print,
      say,
      defaultBootstrap: process.env['AQUILA_BOOTSTRAP'] || 'localhost:9092',
      readProperties(file) {
        try {
          return parseProperties(readFileSync(file, 'utf8'));
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException;
          throw new CommandError(`--command-config ${file}: the file cannot be read (${code ?? message}).`);
        }
      },
    });
  },
};
