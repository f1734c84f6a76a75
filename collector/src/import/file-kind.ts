/** What a kind of CSV file is. The kinds themselves are in files.ts. */
import type { HouseRow, HouseTable } from '../connector.ts';
import type { Cell } from './cells.ts';

/** What a row may ask of the store while it is normalised. */
export interface ImportContext {
  /** Pseudonym of a person key. */
  readonly personId: (key: string) => string;
  /** Person already joined to this address, else the pseudonym of the address. */
  readonly personOfEmail: (address: string) => string;
  /** The address is one of a person, or of an account that was seen. */
  readonly knowsEmail: (address: string) => boolean;
  /** account_id of a provider's address or login. */
  readonly accountId: (provider: string, key: string) => string;
  /** Surrogate key of a repository slug; null = not collected. */
  readonly repoId: (slug: string) => number | null;
  /** Commits that begin with these digits (lower case): of a repository, or of all (null). */
  readonly commits: (sha: string, repoId: number | null) => readonly KnownCommit[];
  /** Says something about a row that is kept. Absent = nobody listens. */
  readonly notice?: (text: string) => void;
}

/** A commit of a collected repository. */
export interface KnownCommit {
  readonly sha: string;
  readonly repoId: number;
}

/** Parsed values of one row, by column; null = empty. */
export type Values = Readonly<Record<string, Cell>>;

export interface FileKind {
  /** Table of the row that a line is: `toRows` gives one of it. Its `extra` takes the columns that are not among these. */
  readonly table: HouseTable;
  /** Columns in order, with how a cell is read. */
  readonly columns: Readonly<Record<string, { readonly isRequired: boolean; readonly read: (raw: string) => Cell }>>;
  /** At least one of each group must be given. */
  readonly eitherOf?: ReadonlyArray<readonly string[]>;
  /** @throws Error naming column and value when the row cannot be used. */
  readonly toRows: (values: Values, context: ImportContext) => readonly HouseRow[];
}

/** A row fault that names its column. */
export class CellError extends Error {
  readonly column: string;
  constructor(column: string, message: string) {
    super(message);
    this.column = column;
  }
}

export const need = (read: (raw: string) => Cell) => ({ isRequired: true, read });
export const may = (read: (raw: string) => Cell) => ({ isRequired: false, read });
export const row = (table: HouseTable, values: HouseRow['values']): HouseRow => ({ table, values });
