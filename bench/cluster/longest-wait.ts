/**
 * `longest-wait.ts HOST PORT`: asks a broker something small again and again, in a process of its own, so that what the bench itself
 * is busy with is not taken for the broker's. Says `null` when the first answer is there; told anything, it says the longest wait in
 * milliseconds and ends.
 */
import { apiCall } from '../../kafka-client/api-call.ts';
import { openNegotiated } from '../../kafka-client/negotiation.ts';
import { apiVersionsRequest, apiVersionsResponse } from '../../protocol/messages/18-api-versions.ts';

const apiVersions = apiCall(apiVersionsRequest, apiVersionsResponse, { maxVersion: 2 });
const everyMs = 5;
const answerTimeoutMs = 60_000;

const [host = '', port = ''] = process.argv.slice(2);
const connection = await openNegotiated({ address: { host, port: Number(port) }, clientId: 'bench' });
await connection.call(apiVersions, {}, { timeoutMs: answerTimeoutMs });
let isOver = false;
process.once('message', () => (isOver = true));
process.send?.(null);
let longestMs = 0;
while (!isOver) {
  const began = performance.now();
  await connection.call(apiVersions, {}, { timeoutMs: answerTimeoutMs });
  longestMs = Math.max(longestMs, performance.now() - began);
  await new Promise((resolve) => setTimeout(resolve, everyMs));
}
process.send?.(longestMs);
connection.close();
process.disconnect();
