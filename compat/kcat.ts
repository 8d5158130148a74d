/** kcat, that is librdkafka: every codec, the formats of old versions, keys and headers, a balanced group, an idempotent producer, metadata. */
import type { CompatCase } from './compat-case.ts';
import { expectEqual, isInstalled, numbers, outputOf, runProgram, sorted } from './run-program.ts';

const missing = async (): Promise<string | null> =>
  (await isInstalled('kcat', ['-V'])) ? null : 'kcat is not installed (apt-get install kcat)';

export async function kcatVersion(): Promise<string> {
  const { stdout } = await runProgram('kcat', ['-V']);
  const [, kcat = '', librdkafka = ''] = /Version ([\d.]+).*librdkafka ([\d.]+)/s.exec(stdout) ?? [];
  return `kcat ${kcat}, librdkafka ${librdkafka}`;
}

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'].map((codec): CompatCase => ({
  name: `kcat produces and consumes with ${codec}`,
  missing,
  run: async ({ bootstrap, topic }) => {
    const input = numbers(1, 2_000);
    await outputOf('kcat', ['-P', '-b', bootstrap, '-t', topic, '-z', codec, '-X', 'acks=all'], input);
    const output = await outputOf('kcat', [
      '-C',
      '-b',
      bootstrap,
      '-t',
      topic,
      '-o',
      'beginning',
      '-e',
      '-q',
    ]);
    expectEqual(sorted(output), input, 'records');
  },
}));

/** Told to speak with a broker of that time: message sets of magic 0 before 0.10, of magic 1 before 0.11. */
const oldFormats = ['0.8.2.1', '0.9.0.1', '0.10.2.0'].flatMap((version) =>
  ['none', 'gzip', 'snappy', 'lz4'].map((codec): CompatCase => ({
    name: `kcat of Kafka ${version} produces and consumes with ${codec}`,
    missing,
    run: async ({ bootstrap, topic }) => {
      const input = numbers(1, 2_000);
      const broker = ['-b', bootstrap, '-t', topic];
      const old = ['-X', 'api.version.request=false', '-X', `broker.version.fallback=${version}`];
      await outputOf('kcat', ['-P', ...broker, ...old, '-z', codec, '-X', 'acks=all'], input);
      const consume = ['-C', ...broker, '-o', 'beginning', '-e', '-q'];
      expectEqual(sorted(await outputOf('kcat', [...consume, ...old])), input, 'records in the old format');
      expectEqual(sorted(await outputOf('kcat', consume)), input, 'records in the new format');
    },
  })),
);

export const kcatCases: readonly CompatCase[] = [
  ...codecs,
  ...oldFormats,
  {
    name: 'kcat keeps keys and headers',
    missing,
    run: async ({ bootstrap, topic }) => {
      await outputOf('kcat', ['-P', '-b', bootstrap, '-t', topic, '-K:', '-H', 'trace=abc'], 'key:value\n');
      const format = ['-f', '%k|%s|%h|%o\\n'];
      const output = await outputOf('kcat', [
        '-C',
        '-b',
        bootstrap,
        '-t',
        topic,
        '-o',
        'beginning',
        '-e',
        '-q',
        ...format,
      ]);
      expectEqual(output, 'key|value|trace=abc|0\n', 'record');
    },
  },
  {
    name: 'kcat consumes in a balanced group',
    missing,
    run: async ({ bootstrap, topic }) => {
      const input = numbers(1, 500);
      await outputOf('kcat', ['-P', '-b', bootstrap, '-t', topic], input);
      const argv = [
        '-b',
        bootstrap,
        '-X',
        'auto.offset.reset=earliest',
        '-e',
        '-q',
        '-G',
        `group-${topic}`,
        topic,
      ];
      expectEqual(sorted(await outputOf('kcat', argv)), input, 'records of the group');
      expectEqual(await outputOf('kcat', argv), '', 'records after what was committed');
    },
  },
  {
    name: 'kcat produces as an idempotent producer',
    missing,
    run: async ({ bootstrap, topic }) => {
      const input = numbers(1, 1_000);
      await outputOf('kcat', ['-P', '-b', bootstrap, '-t', topic, '-X', 'enable.idempotence=true'], input);
      const output = await outputOf('kcat', [
        '-C',
        '-b',
        bootstrap,
        '-t',
        topic,
        '-o',
        'beginning',
        '-e',
        '-q',
      ]);
      expectEqual(sorted(output), input, 'records');
    },
  },
  {
    name: 'kcat lists metadata and finds offsets',
    missing,
    run: async ({ bootstrap, topic }) => {
      await outputOf('kcat', ['-P', '-b', bootstrap, '-t', topic, '-p', '0'], numbers(1, 3));
      const listed = await outputOf('kcat', ['-L', '-b', bootstrap, '-t', topic]);
      if (!listed.includes(`topic "${topic}" with `)) throw new Error(`not listed: ${listed}`);
      const found = await outputOf('kcat', ['-Q', '-b', bootstrap, '-t', `${topic}:0:-1`]);
      expectEqual(found, `${topic} [0] offset 3\n`, 'end offset');
    },
  },
];
