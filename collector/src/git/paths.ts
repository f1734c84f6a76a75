const PLAIN = /^[ !#-~][ -~]*$/;

/**
 * Paths are bytes. Inside the engine they are latin1 text (one character per byte); outside they are UTF-8 where they are UTF-8, else
 * quoted as git quotes them. Both ways are exact, so a stored path finds its file again.
 */
export function displayPath(raw: string): string {
  if (PLAIN.test(raw)) return raw;
  const bytes = Buffer.from(raw, 'latin1');
  const text = bytes.toString('utf8');
  if (!raw.startsWith('"') && Buffer.from(text, 'utf8').equals(bytes)) return text;
  return `"${raw.replace(/["\\]|[^ -~]/g, (c) => (c === '"' || c === '\\' ? `\\${c}` : `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`))}"`;
}

/** The bytes (as latin1 text) of a path given by `displayPath`. */
export function rawPath(shown: string): string {
  if (!shown.startsWith('"')) return Buffer.from(shown, 'utf8').toString('latin1');
  return shown
    .slice(1, -1)
    .replace(/\\([0-7]{3}|.)/g, (_, code: string) =>
      code.length === 3 ? String.fromCharCode(parseInt(code, 8)) : code
    );
}
