/** Secrets: values that never reach a log, an error, a page or a frame, whatever prints them. */
import { inspect } from 'node:util';
import { z } from 'zod';
import { replaceSpans, viewsOf, type Span } from './encodings/views.ts';

const MASK = '[secret]';
/** Shorter values would hide ordinary words of a message. */
const SHORTEST_HIDDEN = 6;

/** Values as they are and as base64 has them, longest first: other encodings are undone before they are looked for. */
let known: readonly string[] = [];

/** What base64 of a text with the value in it has of the value alone, wherever in the text it begins. */
const inBase64 = (value: string): string[] =>
  [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const whole = bytes.toString('base64').slice(Math.ceil((before * 8) / 6), Math.floor((bytes.length * 8) / 6));
    return [whole, whole.replaceAll('+', '-').replaceAll('/', '_')];
  });

function remember(value: string): void {
  if (value.length < SHORTEST_HIDDEN) return;
  const forms = [value, ...inBase64(value)].filter((form) => form.length >= SHORTEST_HIDDEN);
  known = [...new Set([...known, ...forms])].sort((a, b) => b.length - a.length);
}

/** The text with `[secret]` in place of every secret that this process knows. */
export function withoutKnownSecrets(text: string): string {
  const spans: Span[] = [];
  for (const view of viewsOf(text, (one) => known.some((value) => one.includes(value)))) {
    for (const value of known) {
      for (let at = view.text.indexOf(value); at >= 0; at = view.text.indexOf(value, at + value.length)) {
        spans.push(view.placeOf(at, at + value.length));
      }
    }
  }
  return spans.length === 0 ? text : replaceSpans(text, spans, MASK);
}

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
