import type { PoolClient, QueryResult } from 'pg';

/** A statement; with a name it is prepared once per connection and reused. */
export interface Statement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/**
 * A handle on the database: inside {@link Transactions.run} everything it does belongs to that transaction.
 * Stores take it as their first parameter. `bigint` columns arrive as `bigint`, `numeric` ones as text.
 */
export interface Db {
  query<Row>(statement: string | Statement, params?: readonly unknown[]): Promise<Row[]>;
}

type Queryable = Pick<PoolClient, 'query'>;

/** Wraps anything of `pg` that runs queries. */
export function dbOver(client: Queryable): Db {
  return {
    async query<Row>(statement: string | Statement, params: readonly unknown[] = []): Promise<Row[]> {
      const query =
        typeof statement === 'string'
          ? { text: statement, values: [...params] }
          : { name: statement.name, text: statement.text, values: [...(statement.values ?? params)] };
      const result: QueryResult = await client.query(query);
      return result.rows as Row[];
    },
  };
}
