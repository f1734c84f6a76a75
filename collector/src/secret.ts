/** Secrets: values that never reach a log, an error, a page or a frame, whatever prints them. */
import { inspect } from 'node:util';
import { z } from 'zod';

const MASK = '[secret]';
/** Shorter values would hide ordinary words of a message. */
const SHORTEST_HIDDEN = 6;

/** Values in every form in which a URL, a header or a document may carry them, longest first. */
let known: readonly string[] = [];

function remember(value: string): void {
  const forms = [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)].filter(
    (form) => form.length >= SHORTEST_HIDDEN
  );
  known = [...new Set([...known, ...forms])].sort((a, b) => b.length - a.length);
}

/** The text with `[secret]` in place of every secret that this process knows. */
export const withoutKnownSecrets = (text: string): string =>
  known.reduce((masked, value) => masked.replaceAll(value, MASK), text);

/** A credential. Printing, joining, serialising or inspecting it gives `[secret]`; `reveal` alone gives the value. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    remember(value);
  }

  /** The value, for the one place that sends or compares it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

/** A secret in a section of `throughline.yaml`: written there as `${NAME}`, never empty. */
export const secret = () =>
  z
    .string()
    .min(1, 'is empty')
    .transform((value) => new Secret(value));
