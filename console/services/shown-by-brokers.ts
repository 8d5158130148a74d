/**
 * Waits until what was changed can be read back. The controller decides a change and answers; each broker replays the
 * decision a moment later (KIP-631), so whichever is asked next may still tell what was before. Only when every broker
 * that answers tells the new state can no later question, and no later round, bring back the old one.
 *
 * A broker that hangs or is gone tells nothing old either and is passed over. The wait is bounded: false says that the
 * new state could not be seen everywhere, never that the change failed.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { KafkaCluster } from '../../kafka-client/cluster.ts';
import { withDeadline } from './with-deadline.ts';

export const shownWaitMs = 5_000;
const answerWaitMs = 2_000;
const firstPauseMs = 20;
const longestPauseMs = 500;

/** How a broker that does not answer counts. */
const noAnswer = null;

/** Asks one broker until it tells the new state; null when it stops answering, false when the time is over. */
async function askUntilShown(isShown: () => Promise<boolean>, endsAtMs: number): Promise<boolean | null> {
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
    const answer = await withDeadline(
      isShown().catch(() => noAnswer),
      answerWaitMs,
      noAnswer,
    );
    if (answer !== false) return answer;
    if (performance.now() + pauseMs > endsAtMs) return false;
    await pause(pauseMs);
  }
}

/** True once this one broker tells the new state. */
export async function isShownBy(ask: () => Promise<boolean>): Promise<boolean> {
  return (await askUntilShown(ask, performance.now() + shownWaitMs)) === true;
}

/** True once all brokers that answer, and at least one, tell the new state. `waitMs` of 0 asks each of them once. */
export async function isShownByAll(
  kafka: KafkaCluster,
  ask: (brokerId: number) => Promise<boolean>,
  waitMs = shownWaitMs,
): Promise<boolean> {
  const endsAtMs = performance.now() + waitMs;
  const view = await withDeadline(
    kafka.refresh().catch(() => null),
    shownWaitMs,
    null,
  );
  const brokerIds = [...(view?.brokers.keys() ?? [])];
  const answers = await Promise.all(brokerIds.map((id) => askUntilShown(() => ask(id), endsAtMs)));
  return !answers.includes(false) && answers.includes(true);
}
