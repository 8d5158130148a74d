/**
 * One shared connection per address, opened at first need and replaced after it ended.
 *
 * Callers that ask at the same time share one attempt. An address that is no longer wanted is retired: it takes no new
 * calls and ends once the waiting ones are answered.
 */
import { ClientError } from './client-error.ts';
import type { Connection } from './connection.ts';
import { addressText, type BrokerAddress } from './address.ts';

interface Entry {
  readonly opening: Promise<Connection>;
  connection: Connection | null;
}

export class ConnectionPool {
  readonly #open: (address: BrokerAddress) => Promise<Connection>;
  readonly #entries = new Map<string, Entry>();
  #closed = false;

  constructor(open: (address: BrokerAddress) => Promise<Connection>) {
    this.#open = open;
  }

  get isClosed(): boolean {
    return this.#closed;
  }

  /** Addresses to which a connection stands. */
  open(): BrokerAddress[] {
    return [...this.#entries.values()].flatMap(({ connection }) =>
      connection?.isOpen === true ? [connection.address] : [],
    );
  }

  get(address: BrokerAddress): Promise<Connection> {
    if (this.#closed) return Promise.reject(new ClientError('CLIENT_CLOSED', 'this client was closed'));
    const key = addressText(address);
    const known = this.#entries.get(key);
    if (known !== undefined && known.connection?.isOpen !== false) return known.opening;
    const entry: Entry = { opening: this.#open(address), connection: null };
    this.#entries.set(key, entry);
    entry.opening.then(
      (connection) => this.#opened(key, entry, connection),
      () => this.#forget(key, entry),
    );
    return entry.opening;
  }

  /** Retires the connections whose address is not in `wanted`. */
  keepOnly(wanted: ReadonlySet<string>): void {
    for (const [key, entry] of [...this.#entries]) {
      if (wanted.has(key) || entry.connection === null) continue;
      entry.connection.retire();
      this.#forget(key, entry);
    }
  }

  close(): void {
    this.#closed = true;
    for (const { connection } of this.#entries.values()) connection?.close();
    this.#entries.clear();
  }

  #opened(key: string, entry: Entry, connection: Connection): void {
    entry.connection = connection;
    if (this.#closed) connection.close();
    void connection.ended.then(() => this.#forget(key, entry));
  }

  #forget(key: string, entry: Entry): void {
    if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }
}
