/**
 * A month of history of a large cluster: how large the database gets and how long a chart takes. 500 groups, each with its
 * lag, seconds behind and rate and its lag on five topics; 20 brokers whose traffic never stays; 2,000 topics of 8,000 partitions with five lines each. In each round of ten
 * seconds a tenth of the groups, picked anew, and the topics of a twentieth move; the rest stays.
 *
 *   npx tsx bench/history-month.ts [days, 30] [share of groups and topics, 1]
 *
 * The values are made up line by line and go through the console's own codec, statements, migrations and queries; only that
 * one round follows the other in real time is left out. Each resolution reaches as far back as the retention plan lets it for
 * so many lines. The last hour, which is kept as rows, is written by the console's writer.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  bucketOf,
  encodeBuckets,
  encodeValues,
  peakOf,
  type Bucket,
} from '../console/model/history-chunk.ts';
import {
  boundPlan,
  chunkSteps,
  planRetention,
  RAW_SECONDS,
  type ChunkStep,
} from '../console/model/retention.ts';
import type { Sample } from '../console/model/testing/listed-samples.ts';
import { openDatabase, type Database } from '../console/store/database.ts';
import { putChunks, settingKey, type ChunkRow } from '../console/store/history-upkeep.ts';
import { readHistory, type HistoryRequest } from '../console/store/history.ts';
import { ListedWriter } from '../console/store/testing/listed-writer.ts';
import { figure } from './figure.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const roundMs = 10 * SECOND;
const linesPerPiece = 200;
/** The first ones of a chart find the code not compiled yet: what stays of them is the slowest. */
const TURNS = 15;

interface Line {
  readonly sample: Sample;
  /** Share of rounds in which it moves. */
  readonly moves: number;
  readonly isRate: boolean;
}

function largeCluster(share: number): Line[] {
  const none = { topic: '', group: '', broker: '', partition: '' };
  const lines: Line[] = [];
  const add = (name: string, labels: Partial<Sample['labels']>, moves: number): void => {
    lines.push({
      sample: { name, labels: { ...none, ...labels }, value: 0 },
      moves,
      isRate: name.endsWith('PerSec'),
    });
  };
  for (let group = 0; group < 500 * share; group++) {
    const id = `group-${String(group)}`;
    add('group.lag', { group: id }, 0.1);
    add('group.lagSeconds', { group: id }, 0.1);
    add('group.committedPerSec', { group: id }, 0.1);
    for (let topic = 0; topic < 5; topic++)
      add('group.lag', { group: id, topic: `topic-${String(topic)}` }, 0.1);
  }
  for (let topic = 0; topic < 2_000 * share; topic++) {
    for (const name of ['sizeBytes', 'records', 'messagesInPerSec', 'bytesInPerSec', 'bytesOutPerSec']) {
      add(`topic.${name}`, { topic: `topic-${String(topic)}` }, topic % 20 === 0 ? 0.5 : 0);
    }
  }
  // A chart of many lines that all move in every round.
  for (let broker = 0; broker < 20; broker++) add('broker.bytesInPerSec', { broker: String(broker) }, 1);
  return lines;
}

/** Values of one line every `stepMs`; over a step of many rounds it moves as often as it would in them. */
function* walk(line: Line, fromMs: number, toMs: number, stepMs: number): Generator<Bucket> {
  const moves = 1 - (1 - line.moves) ** (stepMs / roundMs);
  let value = Math.floor(Math.random() * 100_000);
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) {
    if (Math.random() < moves) value = Math.max(0, value + Math.floor((Math.random() - 0.5) * 2_000));
    yield bucketOf(atMs, line.isRate ? value / 1_000 : value);
  }
}

/** As a bucket of so many rounds of a moving line would be. */
function rolled({ atMs, last }: Bucket, moves: number, rounds: number): Bucket {
  const hasMoved = Math.random() < 1 - (1 - moves) ** rounds;
  const spread = hasMoved ? Math.floor(Math.random() * 1_000) : 0;
  return { atMs, min: last - spread, max: last + spread, last, count: rounds, sum: rounds * last + spread };
}

function pointsOf(line: Line, step: ChunkStep, days: number, endMs: number): Bucket[] {
  const stepMs = step.resolutionSeconds === RAW_SECONDS ? roundMs : step.resolutionSeconds * SECOND;
  const fromMs = Math.ceil((endMs - Math.min(step.keepMs, days * DAY)) / stepMs) * stepMs;
  const points = [...walk(line, fromMs, endMs, stepMs)];
  return stepMs === roundMs ? points : points.map((each) => rolled(each, line.moves, stepMs / roundMs));
}

type StepChunk = readonly [startMs: number, text: string, peak: number | null];

function chunksOf(points: readonly Bucket[], step: ChunkStep): StepChunk[] {
  const chunks = new Map<number, Bucket[]>();
  for (const point of points) {
    const startMs = Math.floor(point.atMs / step.chunkMs) * step.chunkMs;
    const chunk = chunks.get(startMs);
    if (chunk === undefined) chunks.set(startMs, [point]);
    else chunk.push(point);
  }
  const encode = step.resolutionSeconds === RAW_SECONDS ? encodeValues : encodeBuckets;
  return [...chunks].map(([startMs, list]) => [startMs, encode(list, startMs), peakOf(list)]);
}

async function writeMonth(
  database: Database,
  lines: readonly Line[],
  days: number,
  endMs: number,
): Promise<void> {
  const steps = chunkSteps(boundPlan(planRetention(days), lines.length, roundMs));
  const marks = new Map(
    steps.map(({ resolutionSeconds, growsByMs }) => [
      resolutionSeconds,
      Math.floor(endMs / growsByMs) * growsByMs,
    ]),
  );
  // Lines that never move are all alike.
  const stillChunks = new Map<ChunkStep, StepChunk[]>();
  for (let from = 0; from < lines.length; from += linesPerPiece) {
    const rows = new Map<string, ChunkRow[]>();
    for (const [index, line] of lines.slice(from, from + linesPerPiece).entries()) {
      for (const step of steps) {
        const { resolutionSeconds } = step;
        const doneMs = marks.get(resolutionSeconds) ?? endMs;
        const still = line.moves === 0 ? stillChunks.get(step) : undefined;
        const chunks = still ?? chunksOf(pointsOf(line, step, days, doneMs), step);
        if (line.moves === 0) stillChunks.set(step, chunks);
        for (const [startMs, text, peak] of chunks) {
          const key = `${String(resolutionSeconds)} ${String(startMs)}`;
          const list = rows.get(key);
          if (list === undefined) rows.set(key, [[from + index + 1, text, peak]]);
          else list.push([from + index + 1, text, peak]);
        }
      }
    }
    // One transaction per piece: what is measured is the size, not how often the disk is asked to hold on to it.
    await database.$transaction(async (inside) => {
      for (const [key, list] of rows) {
        const [resolutionSeconds = 0, startMs = 0] = key.split(' ').map(Number);
        await putChunks(inside, resolutionSeconds, startMs, list);
      }
    });
  }
  for (const [resolutionSeconds, markMs] of marks) {
    const data = { key: settingKey(resolutionSeconds), value: String(markMs), updatedAt: new Date(endMs) };
    await database.setting.create({ data });
  }
}

/** The rounds since the last full hour, as the console writes them. Returns the milliseconds of a round that is no key round. */
async function writeHour(
  database: Database,
  lines: readonly Line[],
  hourMs: number,
  nowMs: number,
): Promise<number> {
  const writer = new ListedWriter(database);
  const walks = lines.map((line) => walk(line, hourMs, nowMs, roundMs));
  const spent: number[] = [];
  for (let atMs = hourMs; atMs < nowMs; atMs += roundMs) {
    const samples = walks.map((each, index): Sample => {
      const { sample } = lines[index] ?? {
        sample: { name: '', labels: { topic: '', group: '', broker: '', partition: '' } },
      };
      return { ...sample, value: (each.next().value as Bucket | undefined)?.last ?? 0 };
    });
    const startMs = performance.now();
    await writer.write('large', atMs, samples);
    spent.push(performance.now() - startMs);
  }
  return spent.sort((a, b) => a - b)[Math.floor(spent.length / 2)] ?? 0;
}

const windows: readonly (readonly [string, number, number])[] = [
  ['last hour', HOUR, 0],
  ['last 6 hours', 6 * HOUR, 0],
  ['last day', DAY, 0],
  ['last 7 days', 7 * DAY, 0],
  ['last 30 days', 30 * DAY, 0],
  ['an hour of 20 days ago', 20 * DAY, 20 * DAY - HOUR],
];

async function timeQueries(database: Database, days: number, nowMs: number): Promise<void> {
  const asked: readonly (readonly [string, Partial<HistoryRequest>])[] = [
    ['one group', { group: 'group-7' }],
    ['seconds behind of one', { name: 'group.lagSeconds', group: 'group-7' }],
    ['20 brokers', { name: 'broker.bytesInPerSec' }],
    ['the 30 highest of 500 groups', { points: 240, top: 30 }],
    ['200 groups', {}],
  ];
  for (const [window, fromAgoMs, toAgoMs] of windows) {
    for (const [what, filter] of asked) {
      const request = {
        ...{ clusterId: 'large', name: 'group.lag', byPartition: false, points: 600, ...filter },
        ...{ fromMs: nowMs - fromAgoMs, toMs: nowMs - toAgoMs },
      };
      const times: number[] = [];
      const usedBefore = process.cpuUsage();
      for (let turn = 0; turn < TURNS; turn++) {
        const startMs = performance.now();
        await readHistory(database, request, { plan: planRetention(days), rawMs: roundMs, nowMs });
        times.push(performance.now() - startMs);
      }
      const sorted = times.sort((a, b) => a - b);
      // The processor's time is the same on a busy machine.
      const { user, system } = process.cpuUsage(usedBefore);
      figure(
        `${window}, ${what}`,
        `${(sorted[Math.floor(TURNS / 2)] ?? 0).toFixed(1)} ms (slowest ${(sorted.at(-1) ?? 0).toFixed(1)}; CPU ${((user + system) / 1_000 / TURNS).toFixed(1)})`,
      );
    }
  }
}

export async function benchHistoryMonth(days = 30, share = 1): Promise<void> {
  const directory = mkdtempSync(path.join(tmpdir(), 'aquila-month-'));
  const file = path.join(directory, 'aquila.db');
  const database = await openDatabase(`file:${file}`);
  try {
    const lines = largeCluster(share);
    const endMs = Math.floor(Date.now() / HOUR) * HOUR;
    const nowMs = endMs + HOUR / 2;
    // First, so that the lines exist and have the ids 1 to n.
    figure(
      'a round of rows, half of them',
      `${(await writeHour(database, lines, endMs, nowMs)).toFixed(1)} ms`,
    );
    await writeMonth(database, lines, days, endMs);
    await database.$queryRaw`PRAGMA wal_checkpoint(TRUNCATE)`;
    figure(
      `${String(lines.length)} lines over ${String(days)} days`,
      `${(statSync(file).size / 2 ** 20).toFixed(0)} MiB`,
    );
    const kinds = await database.$queryRaw<{ seconds: bigint; n: bigint; bytes: bigint }[]>`
      SELECT "resolutionSeconds" AS seconds, COUNT(*) AS n, SUM(length("points")) AS bytes FROM "Chunk" GROUP BY 1`;
    for (const { seconds, n, bytes } of kinds) {
      figure(`  chunks of ${String(seconds)} s`, `${String(n)}, ${(Number(bytes) / 2 ** 20).toFixed(0)} MiB`);
    }
    await timeQueries(database, days, nowMs);
  } finally {
    await database.$disconnect();
    rmSync(directory, { recursive: true, force: true });
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await benchHistoryMonth(Number(process.argv[2] ?? 30), Number(process.argv[3] ?? 1));
}
