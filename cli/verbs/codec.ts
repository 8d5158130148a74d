/** `codec encode` and `codec decode`. The message schemas are loaded only here: no other verb needs them. */
import type { Verb } from '../verb.ts';

export const codec: Verb = {
  name: 'codec',
  usage: 'encode|decode [--bytes hex|base64]',
  summary: 'translate Kafka messages between bytes and JSON, one a line',
  async run({ argv }) {
    const { translateStream } = await import('../codec/translate-stream.ts');
    return translateStream(argv, process.stdin, process.stdout);
  },
};
