/**
 * Prisma's libsql adapter over a client of ours: one connection, straight on the driver.
 *
 * What the usual client does cannot be had here. It hands its connection to each transaction and opens another, so that two file
 * descriptors are lost with every one. And it leaves a statement that found the database locked in the middle of its work until
 * the garbage is collected; until then SQLite refuses to commit whatever comes, and what was thought to be written is not.
 * So the write lock is taken first, by BEGIN IMMEDIATE, also for a statement by itself, and always by `exec`, which leaves no
 * statement behind. That is safe on one connection because the adapter keeps other calls waiting while a transaction is open.
 * Prisma's LIKE gets the sign that makes % and _ ordinary ones, which SQLite alone has none of by itself.
 * Rows come as arrays: the usual client's objects with a property per column and number took most of the time of a chart.
 */
import { PrismaLibSql } from '@prisma/adapter-libsql';
import Libsql from 'libsql';

type Client = ReturnType<PrismaLibSql['createClient']>;
type ClientTransaction = Awaited<ReturnType<Client['transaction']>>;
type Result = Awaited<ReturnType<Client['execute']>>;
type Config = Parameters<PrismaLibSql['createClient']>[0];

const transactionWords = /^\s*(?:BEGIN|COMMIT|END|ROLLBACK|SAVEPOINT|RELEASE)\b/i;
const readWords = /^\s*(?:SELECT|PRAGMA|EXPLAIN|VALUES)\b/i;

/** As the driver takes it; it would take what is not finite for null. */
function toDriver(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'number' && !Number.isFinite(value))
    throw new RangeError('only finite numbers can be kept');
  return value;
}

/** As Prisma writes it. */
const likeWords = / LIKE (?:\?|\((?:'%' \|\| )?\?(?: \|\| '%')?\))/g;

class Connection {
  readonly #database: Libsql.Database;

  constructor(config: Config) {
    const options: { timeout?: number } = config.timeout === undefined ? {} : { timeout: config.timeout };
    this.#database = new Libsql(config.url.replace(/^file:/, ''), options);
  }

  execute(statement: Parameters<Client['execute']>[0]): Result {
    const { sql, args = [] } = typeof statement === 'string' ? { sql: statement } : statement;
    if (transactionWords.test(sql)) {
      this.#database.exec(sql);
      return result({});
    }
    if (this.#database.inTransaction || readWords.test(sql)) return this.#run(sql, args);
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      const done = this.#run(sql, args);
      this.#database.exec('COMMIT');
      return done;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  #run(sql: string, values: readonly unknown[]): Result {
    const statement = this.#database.prepare(sql.replace(likeWords, String.raw`$& ESCAPE '\'`));
    statement.safeIntegers(true);
    const parameters = values.map(toDriver);
    if (!statement.reader) {
      const { changes } = statement.run(parameters);
      return result({ rowsAffected: changes });
    }
    statement.raw(true);
    const described = statement.columns();
    return result({
      columns: described.map(({ name }) => name),
      columnTypes: described.map(({ type }) => type ?? ''),
      rows: statement.all(parameters) as unknown as Result['rows'],
    });
  }

  /** As a whole: what the script left open is undone. */
  script(sql: string): void {
    try {
      this.#database.exec(sql);
    } finally {
      this.rollback();
    }
  }

  /** Nothing happens where nothing is open: SQLite ends a transaction by itself when it cannot go on with it. */
  rollback(): void {
    if (this.#database.inTransaction) this.#database.exec('ROLLBACK');
  }

  close(): void {
    this.#database.close();
  }
}

function result(parts: Partial<Result>): Result {
  return {
    columns: [],
    columnTypes: [],
    rows: [],
    rowsAffected: 0,
    lastInsertRowid: undefined,
    toJSON: () => null,
    ...parts,
  };
}

class TransactionOnConnection implements ClientTransaction {
  readonly #connection: Connection;
  closed = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  execute: ClientTransaction['execute'] = (statement) =>
    promised(() => this.#connection.execute(statement as Parameters<Client['execute']>[0]));

  batch(statements: Parameters<ClientTransaction['batch']>[0]): Promise<Result[]> {
    return promised(() =>
      statements.map((statement) => this.#connection.execute(statement as Parameters<Client['execute']>[0])),
    );
  }

  executeMultiple(sql: string): Promise<void> {
    return promised(() => this.#connection.script(sql));
  }

  commit(): Promise<void> {
    return promised(() => {
      this.closed = true;
      try {
        this.#connection.execute('COMMIT');
      } catch (error) {
        this.#connection.rollback();
        throw error;
      }
    });
  }

  rollback(): Promise<void> {
    return promised(() => {
      this.closed = true;
      this.#connection.rollback();
    });
  }

  close(): void {
    this.closed = true;
    this.#connection.rollback();
  }
}

/** The driver answers at once; whoever asks expects a promise. */
function promised<T>(work: () => T): Promise<T> {
  return new Promise((resolve) => resolve(work()));
}

export class OneConnectionLibSql extends PrismaLibSql {
  override createClient(config: Config): Client {
    const connection = new Connection(config);
    const client = {
      protocol: 'file',
      closed: false,
      execute: (statement: Parameters<Client['execute']>[0]) => promised(() => connection.execute(statement)),
      executeMultiple: (sql: string) => promised(() => connection.script(sql)),
      transaction: () =>
        promised(() => {
          connection.execute('BEGIN IMMEDIATE');
          return new TransactionOnConnection(connection);
        }),
      close(): void {
        if (client.closed) return;
        client.closed = true;
        connection.close();
      },
    };
    // What the adapter asks of a client; the rest of its interface is for databases elsewhere.
    return client as unknown as Client;
  }
}
