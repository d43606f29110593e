/** A statement; a name makes it a prepared one. */
export interface SqlStatement {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** What messaging needs of a database handle; `Db` of the persistence library is one. */
export interface Sql {
  query<Row>(statement: string | SqlStatement, params?: readonly unknown[]): Promise<Row[]>;
}

/** A connection of its own: its advisory locks end with it. */
export interface SqlSession extends Sql {
  onLost(listener: () => void): void;
  close(): Promise<void>;
}

/** What messaging needs of a service's database; `Database` of the persistence library is one. */
export interface SqlDatabase extends Sql {
  readonly transactions: { run<T>(fn: (db: Sql) => Promise<T>): Promise<T> };
  session(): Promise<SqlSession>;
  check(): Promise<void>;
}

/** Where loops report what they survive. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
