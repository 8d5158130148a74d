/**
 * Tries whether a cluster can be watched, step by step as a client gets in, and keeps nothing. Most first tries fail where
 * brokers cannot be reached where they say they are. Metrics of the brokers are tried last, once.
 *
 * All bootstrap addresses are tried at once; the one that got furthest tells the steps. The number of tests at once is
 * bounded, so that nobody scans a network with them.
 */
import { hostPort } from '../model/host-port.ts';
import { parseAddress } from '../../kafka-client/address.ts';
import { type ResolveHost } from '../../kafka-client/socket.ts';
import { judged } from '../collector/cluster-connection.ts';
import type { ClusterTest, ClusterTestInput, ClusterTestStep } from '../contracts/clusters.ts';
import { ClusterAttempt, type Step } from './cluster-attempt.ts';
import { testMetrics } from './cluster-metrics-test.ts';
import { accessOf, accessText } from './cluster-secrets.ts';
import { ConsoleError } from './console-error.ts';
import type { ConsoleContext } from './context.ts';

const stepOrder: readonly ClusterTestStep[] = [
  'name',
  'tcp',
  'tls',
  'sasl',
  'apiVersions',
  'advertisedAddresses',
  'brokerMetrics',
];
const testsAtOnceMax = 3;
let running = 0;

export async function testCluster(
  context: ConsoleContext,
  input: ClusterTestInput,
  note: (detail: string) => void,
): Promise<ClusterTest> {
  const known = input.id === undefined ? undefined : context.clusters.find(input.id);
  const access = accessOf(input, known?.source === 'user' ? known : null);
  if (running >= testsAtOnceMax) {
    throw new ConsoleError('too-many-tests', `At most ${testsAtOnceMax} tests run at once.`, {
      retryAfterSeconds: 10,
    });
  }
  running += 1;
  try {
    const resolve = judged(context.config.outbound);
    const attempts = input.bootstrap.map(
      (address) => new ClusterAttempt(parseAddress(address), access, resolve),
    );
    await Promise.all(attempts.map((attempt) => attempt.run()));
    const answer = await answerOf(attempts, input.brokerMetrics, resolve);
    const verdict = answer.ok ? 'can be watched' : 'cannot be watched';
    note(`${input.bootstrap.join(', ')}; ${accessText(access)}; ${verdict}`);
    return answer;
  } finally {
    running -= 1;
  }
}

async function answerOf(
  attempts: readonly ClusterAttempt[],
  addresses: ClusterTestInput['brokerMetrics'],
  resolve: ResolveHost,
): Promise<ClusterTest> {
  const [best, ...others] = [...attempts].sort((left, right) => right.passed - left.passed);
  if (best === undefined) throw new TypeError('a test needs an address');
  if (best.failure === null) {
    const metrics = await testMetrics({ brokers: best.brokers, addresses, resolve });
    return toldBy(best, others, metrics);
  }
  return toldBy(best, others, notReached('brokerMetrics'));
}

function toldBy(best: ClusterAttempt, others: readonly ClusterAttempt[], metrics: Step): ClusterTest {
  const steps = stepOrder.map((step) =>
    step === 'brokerMetrics' ? metrics : (best.steps.get(step) ?? notReached(step)),
  );
  return {
    ok: best.failure === null,
    address: hostPort(best.address),
    steps,
    kafkaClusterId: best.kafkaClusterId,
    brokers: best.brokers,
    otherAddresses: others.map(({ address, failure }) => ({
      address: hostPort(address),
      ok: failure === null,
      detail: failure?.detail ?? 'works',
    })),
  };
}

function notReached(step: ClusterTestStep): Step {
  return { step, outcome: 'skipped', detail: 'an earlier step failed', advice: null, durationMs: 0 };
}
