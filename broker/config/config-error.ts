/** A mistake of the person who wrote the configuration: told in one line, without a stack trace. */

export interface ConfigErrorDetail {
  /** `conf/server.properties:12`, `--override`, `environment`. */
  readonly where: string;
  readonly key: string;
  readonly value: string | null;
  /** Ends the sentence "must be ..." or says what to do. */
  readonly expected: string;
}

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'AQUILA_CONFIG';
  readonly detail: ConfigErrorDetail;

  constructor(detail: ConfigErrorDetail) {
    const shown = detail.value === null ? detail.key : `${detail.key}=${detail.value}`;
    super(`${detail.where}: ${shown}: ${detail.expected}`);
    this.detail = detail;
  }
}
