/**
 * Prisma's libsql adapter on one connection.
 *
 * As it comes, the client hands its connection to each transaction, opens another for what follows, and never closes
 * the first: two file descriptors are lost with every transaction. Here a transaction runs on the client's own
 * connection. That is safe because the adapter keeps every other call of the client waiting while one is open.
 * BEGIN IMMEDIATE takes the write lock at once: a reader that becomes a writer later gets SQLITE_BUSY without waiting.
 */
import { PrismaLibSql } from '@prisma/adapter-libsql';

type Client = ReturnType<PrismaLibSql['createClient']>;
type ClientTransaction = Awaited<ReturnType<Client['transaction']>>;

class TransactionOnClient implements ClientTransaction {
  readonly #client: Client;
  closed = false;

  constructor(client: Client) {
    this.#client = client;
  }

  execute: ClientTransaction['execute'] = (statement) => this.#client.execute(statement);

  async batch(statements: Parameters<ClientTransaction['batch']>[0]): ReturnType<ClientTransaction['batch']> {
    const results = [];
    for (const statement of statements) results.push(await this.#client.execute(statement));
    return results;
  }

  executeMultiple(sql: string): Promise<void> {
    return this.#client.executeMultiple(sql);
  }

  async commit(): Promise<void> {
    try {
      await this.#client.execute('COMMIT');
      this.closed = true;
    } catch (error) {
      await this.rollback().catch(() => undefined); // the first failure is the one that tells what happened
      throw error;
    }
  }

  async rollback(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.#client.execute('ROLLBACK');
  }

  close(): void {
    void this.rollback().catch(() => undefined);
  }
}

export class OneConnectionLibSql extends PrismaLibSql {
  override createClient(config: Parameters<PrismaLibSql['createClient']>[0]): Client {
    const client = super.createClient(config);
    client.transaction = async () => {
      await client.execute('BEGIN IMMEDIATE');
      return new TransactionOnClient(client);
    };
    return client;
  }
}
