/** Answers to questions for history, made up: lines of each named owner that say the same for the same moment, whoever asks when. */
import type { Route } from '@playwright/test';
import { historyPointsDefault, type History, type HistorySeriesName } from '../console/contracts/history.ts';

const ROUND_SECONDS = 10;
const HOUR_MS = 3_600_000;

function valueAt(line: number, atSeconds: number): number {
  const hours = atSeconds / 3_600 + line;
  const noise = Math.abs(Math.sin(atSeconds * 12.9898 + line * 78.233) * 43_758.5453) % 1;
  return Math.round(1_000 * (2 + Math.sin(hours) + Math.sin(hours * 7) / 3 + noise / 2));
}

/** `lines`: the labels of those that there are. */
export async function answerHistory(
  route: Route,
  lines: readonly Readonly<Record<string, string>>[],
): Promise<void> {
  const query = new URL(route.request().url()).searchParams;
  const name = query.get('series') as HistorySeriesName;
  const to = Number(query.get('to') ?? Date.now());
  const from = Number(query.get('from') ?? to - HOUR_MS);
  const points = Number(query.get('points') ?? historyPointsDefault);
  const resolutionSeconds =
    Math.max(1, Math.round((to - from) / 1_000 / points / ROUND_SECONDS)) * ROUND_SECONDS;
  const first = Math.ceil(from / 1_000 / resolutionSeconds);
  const count = Math.floor(to / 1_000 / resolutionSeconds) - first + 1;
  const series = lines.map((labels, line) => ({
    labels,
    points: Array.from({ length: count }, (_, index): [number, number] => {
      const atSeconds = (first + index) * resolutionSeconds;
      return [atSeconds * 1_000, valueAt(line + name.length, atSeconds)];
    }),
  }));
  const answer: History = {
    ...{ cluster: 'local', name, from, to, resolutionSeconds, series, total: lines.length },
  };
  await route.fulfill({ json: answer });
}
