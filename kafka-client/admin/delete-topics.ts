/**
 * Deletes topics through the controller and waits for its answer. Each topic has an outcome of its own. The request is
 * sent once; only NOT_CONTROLLER, which says that nothing was done, leads to another try at the new controller.
 */
import { ErrorCode } from '../../protocol/errors.ts';
import { deleteTopicsRequest, deleteTopicsResponse } from '../../protocol/messages/20-delete-topics.ts';
import { apiCall } from '../api-call.ts';
import { brokerError, errorNameOf, type ClientError } from '../client-error.ts';
import type { KafkaCluster } from '../cluster.ts';
import { DEFAULT_RETRY, withRetry } from '../retry.ts';

const FIRST_VERSION_WITH_STATES = 6;
const api = apiCall(deleteTopicsRequest, deleteTopicsResponse);
const DEFAULT_TIMEOUT_MS = 30_000;
/** The broker's own time must run out before ours does. */
const ANSWER_MARGIN_MS = 5_000;

export interface DeletedTopic {
  readonly name: string;
  /** Kafka's name of the error, null if the topic is gone. */
  readonly error: string | null;
  readonly message: string | null;
}

export async function deleteTopics(
  cluster: KafkaCluster,
  names: readonly string[],
  timeoutMs: number = DEFAULT_TIMEOUT_MS,
): Promise<DeletedTopic[]> {
  if (names.length === 0) return [];
  return withRetry(
    (attempt) => attemptToDelete(cluster, names, timeoutMs, attempt > 0),
    DEFAULT_RETRY,
    nothingWasDone,
  );
}

/** Anything else, a lost connection above all, leaves open whether the topics are gone. */
function nothingWasDone(error: ClientError): boolean {
  return error.errorCode === ErrorCode.NOT_CONTROLLER || error.code === 'CONNECT_FAILED';
}

async function attemptToDelete(
  cluster: KafkaCluster,
  names: readonly string[],
  timeoutMs: number,
  controllerMayHaveMoved: boolean,
): Promise<DeletedTopic[]> {
  if (controllerMayHaveMoved) await cluster.refresh();
  const answer = await cluster.call(
    'controller',
    api,
    (version) =>
      version >= FIRST_VERSION_WITH_STATES
        ? { topics: names.map((name) => ({ name })), timeoutMs }
        : { topicNames: names, timeoutMs },
    { once: true, timeoutMs: timeoutMs + ANSWER_MARGIN_MS },
  );
  if (answer.responses.some(({ errorCode }) => errorCode === ErrorCode.NOT_CONTROLLER)) {
    throw brokerError('delete topics', ErrorCode.NOT_CONTROLLER);
  }
  return answer.responses.map(({ name, errorCode, errorMessage }) => ({
    name: name ?? '',
    error: errorNameOf(errorCode),
    message: errorMessage,
  }));
}
