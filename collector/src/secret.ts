/** Secrets: values that never reach a log, an error, a page or a frame, whatever prints them. */
import { inspect } from 'node:util';
import { z } from 'zod';

const MASK = '[secret]';
/** Shorter values would hide ordinary words of a message. */
const SHORTEST_HIDDEN = 6;

/** Values in every form in which a URL, a header or a document may carry them, longest first. */
let known: readonly string[] = [];

/** As HTML writes its signs: by number in both bases. */
const inEntities = (value: string): string[] =>
  [(code: number) => String(code), (code: number) => `x${code.toString(16)}`, (code: number) => `x${code.toString(16).toUpperCase()}`]
    .map((shown) => value.replace(/[^\w.~-]/gu, (sign) => `&#${shown(sign.codePointAt(0) ?? 0)};`)); // prettier-ignore

/** What base64 of a text with the value in it has of the value alone, wherever in the text it begins. */
const inBase64 = (value: string): string[] =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const whole = bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });

function remember(value: string): void {
  const percent = encodeURIComponent(value);
  const forms = [
    ...[value, percent, percent.replace(/%../g, (one) => one.toLowerCase()), JSON.stringify(value).slice(1, -1)],
    ...inEntities(value),
    ...(value.length < SHORTEST_HIDDEN ? [] : inBase64(value)),
  ].filter((form) => form.length >= SHORTEST_HIDDEN);
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
