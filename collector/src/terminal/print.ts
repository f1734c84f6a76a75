/** The edge to the terminal: the only place that writes to it. What is shown came from repositories, payloads and files. */

/** Controls (an escape sequence can rewrite the screen or the clipboard) and marks that turn the reading direction; not tab and line feed. */
const UNPRINTABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A text as it may be shown: what would move the cursor or turn the text is written out, e.g. `\u001b`. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Whoever reads along may have enough (`| head`): that is no fault. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') {
      throw error;
    }
    process.exit();
  });
}

/** Writes a result to stdout. */
export function print(text: string): void {
  process.stdout.write(printable(text));
}

/** Writes one JSON document to stdout; the same document, since `\u001b` is how JSON writes it. */
export function printJson(value: unknown): void {
  process.stdout.write(`${printable(JSON.stringify(value))}\n`);
}

/** Writes what went wrong, or how it goes, to stderr. */
export function complain(text: string): void {
  process.stderr.write(printable(text));
}
