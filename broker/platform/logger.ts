/**
 * What the broker tells its operator. One line an event: what happened, to which thing, and what was done about it.
 * Record keys and values, passwords and tokens are never logged.
 */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
  /** The same logger under a component name, shown in brackets as Kafka does: `[GroupCoordinator id=0]`. */
  named(component: string): Logger;
}
