/** What HTML calls signs and letters: those that addresses, names and secrets are made of. */

const SIGNS: Readonly<Record<string, string>> = {
  amp: '&', ast: '*', apos: "'", bsol: '\\', colon: ':', comma: ',', commat: '@', dash: '-', dollar: '$', equals: '=', excl: '!', grave: '`',
  gt: '>', hat: '^', Hat: '^', horbar: '_', hyphen: '-', lbrace: '{', lbrack: '[', lcub: '{', lowbar: '_', lpar: '(', lsqb: '[', lt: '<',
  midast: '*', nbsp: ' ', NewLine: '\n', num: '#', percnt: '%', period: '.', plus: '+', quest: '?', quot: '"', rbrace: '}', rbrack: ']',
  rcub: '}', rpar: ')', rsqb: ']', semi: ';', sol: '/', Tab: '\t', tilde: '~', UnderBar: '_', verbar: '|', vert: '|', VerticalLine: '|',
  AMP: '&', GT: '>', LT: '<', QUOT: '"', DiacriticalGrave: '`', NonBreakingSpace: ' ', shy: '', zwj: '', zwnj: '',
}; // prettier-ignore

const LETTERS: Readonly<Record<string, string>> = {
  AElig: 'Æ', aelig: 'æ', dstrok: 'đ', Dstrok: 'Đ', eth: 'ð', ETH: 'Ð', imath: 'ı', inodot: 'ı', Lstrok: 'Ł', lstrok: 'ł', OElig: 'Œ',
  oelig: 'œ', Oslash: 'Ø', oslash: 'ø', szlig: 'ß', thorn: 'þ', THORN: 'Þ',
}; // prettier-ignore

/** Marks over and under letters, as their entities end: `&eacute;`. */
const MARKS: Readonly<Record<string, string>> = {
  acute: '\u0301', breve: '\u0306', caron: '\u030c', cedil: '\u0327', circ: '\u0302', dblac: '\u030b', dot: '\u0307', grave: '\u0300',
  macr: '\u0304', ogon: '\u0328', ring: '\u030a', tilde: '\u0303', uml: '\u0308',
}; // prettier-ignore

/** What the name of an entity stands for; null = none that is known here. */
export function entityOf(name: string): string | null {
  const sign = Object.hasOwn(SIGNS, name) ? SIGNS[name] : Object.hasOwn(LETTERS, name) ? LETTERS[name] : undefined;
  if (sign !== undefined) return sign;
  const mark = name.slice(1);
  return /^[A-Za-z]$/.test(name.charAt(0)) && Object.hasOwn(MARKS, mark)
    ? `${name.charAt(0)}${MARKS[mark] ?? ''}`.normalize('NFC')
    : null;
}
