/** Text of a file: UTF-8, or a refusal that says what it looks like. */
import { CollectorError } from '../errors.ts';
import { pattern } from '../text/pattern.ts';

const SEPARATORS = pattern`[,;"\s]+`;
const strict = new TextDecoder('utf-8', { fatal: true });

function refuse(file: string, what: string): never {
  throw new CollectorError({
    code: 'import_file',
    message: `${file}: is not UTF-8, it looks like ${what}. Save it as "CSV UTF-8"; nothing was imported.`,
    fault: 'source',
  });
}

/** Unicode in two or four bytes a character, with a mark or by its zeros. */
function wideForm(bytes: Uint8Array): string | null {
  const [a, b, c, d] = bytes;
  if (a === 0xff && b === 0xfe)
    return c === 0 && d === 0 && bytes.length >= 4 ? 'UTF-32 (little-endian)' : 'UTF-16 (little-endian)';
  if (a === 0xfe && b === 0xff) return 'UTF-16 (big-endian)';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32 (big-endian)';
  const some = bytes.subarray(0, 4096);
  const zeros = [0, 1].map((parity) => some.filter((byte, index) => byte === 0 && index % 2 === parity).length);
  const count = (zeros[0] ?? 0) + (zeros[1] ?? 0);
  if (count === 0 || count < some.length / 8) return null;
  return `UTF-16 (${(zeros[1] ?? 0) > (zeros[0] ?? 0) ? 'little' : 'big'}-endian)`;
}

/** Where the text stops being UTF-8: 1-based line, and the word there as a code page has it. */
function firstFault(bytes: Uint8Array, label: string): string {
  let start = 0;
  for (let line = 1; start <= bytes.length; line += 1) {
    const end = bytes.indexOf(10, start);
    const part = bytes.subarray(start, end < 0 ? bytes.length : end);
    try {
      strict.decode(part);
    } catch {
      const at = part.findIndex((byte) => byte >= 0x80);
      const near = new TextDecoder(label).decode(part.subarray(Math.max(0, at - 10), at + 10));
      const word = SEPARATORS.replace(near, '\n').split('\n');
      return `line ${String(line)}, "${word.find((one) => [...one].some((char) => char > '\x7f')) ?? ''}"`;
    }
    if (end < 0) break;
    start = end + 1;
  }
  return 'the end of the file';
}

/** Code pages by the bytes that they use beyond ASCII. */
function codePage(bytes: Uint8Array): { readonly name: string; readonly label: string } {
  let [high, pairs, runs, cyrillic, control] = [0, 0, 0, 0, 0];
  for (let at = 0; at < bytes.length; at += 1) {
    const [byte = 0, next = 0] = [bytes[at], bytes[at + 1]];
    if (byte < 0x80) continue;
    high += 1;
    if (byte < 0xa0) control += 1;
    if (byte >= 0xc0) cyrillic += 1;
    if (next >= 0x80) runs += 1;
    if (byte >= 0x81 && byte <= 0xfe && next >= 0x40 && next !== 0x7f) {
      if (next >= 0x80) pairs += 1;
    }
  }
  // In European text letters beyond ASCII stand alone; in Cyrillic they stand in words, in Chinese and Japanese in pairs.
  if (runs > high * 0.6) {
    if (cyrillic > high * 0.85) return { name: 'Windows-1251 (Cyrillic)', label: 'windows-1251' };
    if (pairs > high * 0.3 && control > high * 0.1)
      return { name: 'Shift_JIS or another East Asian code page', label: 'shift_jis' };
    return { name: 'GB18030, EUC or another East Asian code page', label: 'gb18030' };
  }
  return control > high * 0.5
    ? { name: 'Mac Roman or an old DOS code page', label: 'macintosh' }
    : { name: 'Windows-1252 (Latin-1)', label: 'windows-1252' };
}

/** Decodes a file. @throws CollectorError `import_file` */
export function decodeFile(file: string, bytes: Uint8Array): string {
  const wide = wideForm(bytes);
  if (wide !== null) refuse(file, wide);
  try {
    return strict.decode(bytes);
  } catch {
    const { name, label } = codePage(bytes);
    return refuse(file, `${name}: ${firstFault(bytes, label)}`);
  }
}

/** Text that was read in another encoding once and saved as UTF-8 then (`StÃ¶rung`); null = none is seen. */
export function damageIn(text: string): string | null {
  if (text.includes('\ufffd')) return 'has replacement characters: letters were lost before this import';
  for (let at = text.indexOf('Ã'); at >= 0; at = text.indexOf('Ã', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next >= 0x80 && next <= 0xbf)
      return `looks like UTF-8 that was read as Windows-1252 and saved again ("${text.slice(Math.max(0, at - 5), at + 7)}")`;
  }
  return null;
}
