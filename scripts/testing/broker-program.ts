/**
 * How tests start a broker as a process. A run of `npm test`, `test:faults` or `test:compat` has just bundled it and says so in
 * AQUILA_TEST_BROKER: a process of the bundle is ready after a quarter of the CPU time that one of the sources takes. Who runs a
 * single file of tests gets the sources as they are now.
 */
import { fileURLToPath } from 'node:url';

const sources = fileURLToPath(new URL('../../broker/server-start.ts', import.meta.url));
const bundle = process.env['AQUILA_TEST_BROKER'] ?? '';

/** Arguments to node, before those of the broker. */
export const brokerProgram: readonly string[] = bundle === '' ? ['--import', 'tsx', sources] : [bundle];
