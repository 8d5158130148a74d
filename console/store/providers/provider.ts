/** What opening one of the three databases leads to. The clients differ inside; the types of SQLite's stand for all. */
import type { SqlDriverAdapterFactory } from '@prisma/driver-adapter-utils';
import type { PrismaClient } from '../../../prisma/generated/client/client.ts';
import type { Dialect } from '../dialect/dialect.ts';

export interface OpenedProvider {
  readonly factory: SqlDriverAdapterFactory;
  readonly dialect: Dialect;
  readonly client: typeof PrismaClient;
}
