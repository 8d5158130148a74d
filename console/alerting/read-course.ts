/** The course of what a rule judges, out of the history that is kept: the hour before a notice, for its picture. */
import { planRetention } from '../model/retention.ts';
import type { Database } from '../store/database.ts';
import { readHistory } from '../store/history.ts';
import type { ReadCourse } from './alert-engine.ts';

const COURSE_MS = 3_600_000;
const POINTS = 180;

const units: Readonly<Record<string, string>> = {
  'group.lag': 'records',
  'group.lagSeconds': 'seconds',
  'topic.sizeBytes': 'bytes',
  'topic.messagesInPerSec': 'messages/s',
  'broker.logDirBytes': 'bytes',
  'cluster.underReplicatedPartitions': 'partitions',
  'cluster.offlinePartitions': 'partitions',
};

export function courseReader(database: Database, historyDays: number, rawMs: number): ReadCourse {
  return async (clusterId, course, nowMs) => {
    const window = { fromMs: nowMs - COURSE_MS, toMs: nowMs, points: POINTS };
    const request = { clusterId, ...course, ...window, byPartition: false };
    const frame = { plan: planRetention(historyDays), rawMs, nowMs };
    const [line] = (await readHistory(database, request, frame)).series;
    if (line === undefined) return null;
    const points = line.points.map(([atMs, value]): [number, number | null] => [atMs, value]);
    return { points, unit: units[course.name] ?? '' };
  };
}
