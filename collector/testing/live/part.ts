/** A part of the machine that is tried for real. */
export interface Part {
  /** For people. */
  readonly name: string;
  /** @returns what was done, in words; null = the machine has no such thing. @throws when it did not go as it should. */
  readonly run: (context: PartContext) => Promise<string | null>;
}

export interface PartContext {
  /** Keeps what was received as a fixture (path under `collector/src`), when that is asked for. */
  readonly record: (file: string, value: unknown) => void;
}
