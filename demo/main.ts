/**
 * The demo workload: the programs of a small shop, as any user's kafkajs programs would run against the broker. One
 * process of its own; it ends on SIGTERM, and begins again by itself whenever the broker was away.
 *
 *   AQUILA_DEMO_BOOTSTRAP=127.0.0.1:9092,127.0.0.1:9093 node dist/demo.mjs
 */
import { keepRunning } from './program.ts';
import { oldReport } from './story/old-report.ts';
import { orderService } from './story/order-service.ts';
import { paymentService } from './story/payment-service.ts';
import { searchIndex } from './story/search-index.ts';
import { createTopics } from './story/topics.ts';
import { visitors } from './story/visitors.ts';

/** Leaving the groups politely is a few requests; longer than this nobody waits for it. */
const leaveWithinMs = 2_500;

const bootstrap = process.env['AQUILA_DEMO_BOOTSTRAP'] ?? '127.0.0.1:9092';
const ending = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    ending.abort();
    setTimeout(() => process.exit(0), leaveWithinMs).unref();
  });
}

console.log(`the shop opens, on ${bootstrap}`);
await keepRunning(createTopics, bootstrap, ending.signal);
const programs = [visitors, orderService, paymentService, searchIndex, oldReport];
await Promise.all(programs.map((program) => keepRunning(program, bootstrap, ending.signal)));
console.log('the shop is closed');
process.exit(0);
