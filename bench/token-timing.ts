/**
 * Whether the time of a refused topic token tells how much of it was right: tries with nothing in common with the token
 * and tries that share all but its last character, in turn, each from an address of its own so that no limit is met.
 * Welch's t over both; beyond 4.5 in either direction the two could be told apart (the threshold of TVLA leakage tests).
 */
import { openTestConsole } from '../console/services/testing/test-context.ts';
import { checkTopicToken, rotateTopicToken } from '../console/services/topic-token.ts';
import { figure, quantile } from './figure.ts';

const triesPerKind = 2_000;
const warmUpTries = 200;
/** The slowest are pauses of the machine, not of the comparison. */
const keptShare = 0.95;

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

function momentsOf(samples: number[]): Moments {
  const sorted = samples.sort((left, right) => left - right);
  const kept = sorted.slice(0, Math.floor(sorted.length * keptShare));
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const variance = kept.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (kept.length - 1);
  return { count: kept.length, mean, variance };
}

function welch(left: Moments, right: Moments): number {
  return (left.mean - right.mean) / Math.sqrt(left.variance / left.count + right.variance / right.count);
}

export async function benchTokenTiming(): Promise<void> {
  const { context, close } = await openTestConsole();
  try {
    const token = await rotateTopicToken(context);
    const last = token.at(-1) === 'A' ? 'B' : 'A';
    const guesses = {
      nothing: token.replaceAll(/./gu, (character) => (character === 'x' ? 'y' : 'x')),
      allButLast: token.slice(0, -1) + last,
    };
    const microseconds: Record<keyof typeof guesses, number[]> = { nothing: [], allButLast: [] };
    for (let index = 0; index < triesPerKind + warmUpTries; index += 1) {
      for (const kind of index % 2 === 0
        ? (['nothing', 'allButLast'] as const)
        : (['allButLast', 'nothing'] as const)) {
        const ip = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}-${kind}`;
        const started = process.hrtime.bigint();
        const verdict = await checkTopicToken(
          context,
          { kind: 'user', id: 'bench', name: 'bench', role: 'operator', clusters: null, ip, sessionId: null },
          guesses[kind],
        );
        const tookUs = Number(process.hrtime.bigint() - started) / 1_000;
        if (typeof verdict !== 'object' || !('triesLeft' in verdict))
          throw new Error(`a wrong token was answered with ${JSON.stringify(verdict)}`);
        if (index >= warmUpTries) microseconds[kind].push(tookUs);
      }
    }
    const nothing = momentsOf(microseconds.nothing);
    const allButLast = momentsOf(microseconds.allButLast);
    figure('wrong topic token, nothing right: mean', `${nothing.mean.toFixed(1)} µs`);
    figure('wrong topic token, all but its last character right: mean', `${allButLast.mean.toFixed(1)} µs`);
    figure('spread of one try, standard deviation', `${Math.sqrt(nothing.variance).toFixed(1)} µs`);
    figure(
      `Welch's t over ${nothing.count} tries each (told apart beyond 4.5)`,
      welch(nothing, allButLast).toFixed(2),
    );
    figure(
      'median of both',
      `${quantile(microseconds.nothing, 0.5).toFixed(1)} µs, ${quantile(microseconds.allButLast, 0.5).toFixed(1)} µs`,
    );
  } finally {
    await close();
  }
}
