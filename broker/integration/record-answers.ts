/**
 * Records what running Apache Kafka brokers answer, for kafka-answers.int.test: `tsx record-answers.ts PORT_NEW PORT_OLD`,
 * a 4.3.1 and a 3.9.1, the last release that takes Produce 0 to 2 and Fetch 0 to 3. Run by hand when cases are added.
 */
import { writeFileSync } from 'node:fs';
import { askOldFetches, askOldOffsets, askProduce } from './asked-answers.ts';
import { legacyCases } from './legacy-cases.ts';
import { produceCases } from './produce-cases.ts';

const [newPort = 0, oldPort = 0] = process.argv.slice(2).map(Number);
const sections: Record<string, object> = {
  'produce 4.3.1': await askProduce(newPort, produceCases),
  'produce 3.9.1': await askProduce(oldPort, legacyCases),
  'fetch 3.9.1': await askOldFetches(oldPort),
  'offsets 3.9.1': await askOldOffsets(oldPort),
};
const lines = Object.entries(sections).flatMap(([section, answers]) =>
  Object.entries(answers).map(([name, answer]: [string, unknown]) => JSON.stringify([section, name, answer])),
);
writeFileSync(new URL('kafka-answers.jsonl', import.meta.url), `${lines.join('\n')}\n`);
