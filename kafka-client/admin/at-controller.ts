/**
 * Asks the controller to change topics, and asks the new one when the answer is that it has moved. That answer says that
 * nothing was done; any other failure may leave open whether something was, so it is not repeated.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { brokerError, type ClientError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { DEFAULT_RETRY, withRetry } from '../retry.ts';

export interface TopicOutcome {
  readonly name: string;
  /** Kafka's name of the error, null if it was done. */
  readonly error: string | null;
  readonly message: string | null;
}

function nothingWasDone(error: ClientError): boolean {
  return error.errorCode === ErrorCode.NOT_CONTROLLER || error.code === 'CONNECT_FAILED';
}

export async function atController(
  cluster: KafkaCluster,
  what: string,
  ask: () => Promise<TopicOutcome[]>,
): Promise<TopicOutcome[]> {
  return withRetry(
    async (attempt) => {
      if (attempt > 0) await cluster.refresh();
      const outcomes = await ask();
      if (outcomes.some(({ error }) => error === 'NOT_CONTROLLER')) {
        throw brokerError(what, ErrorCode.NOT_CONTROLLER);
      }
      return outcomes;
    },
    DEFAULT_RETRY,
    nothingWasDone,
  );
}
