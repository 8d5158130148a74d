/** For parts of the broker that are measured in this process: what they would log is no figure. */
import type { Logger } from '../broker/platform/logger.ts';

export const silentLogger: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  named: () => silentLogger,
};
