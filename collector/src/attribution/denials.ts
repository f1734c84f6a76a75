/** What the value of a declaring trailer says: AI took part, nobody but people did, or nothing that can be used. Data and one reader. */
import { pattern } from '../text/pattern.ts';
import { toolWithin } from './names.ts';

export type Declared = 'ai' | 'human' | 'unclear';

/** First words that affirm, whatever follows: "partly, tests by hand". */
const AFFIRMING_WORDS = pattern`^(?:y|yes|yep|yeah|true|on|some|somewhat|part|partly|partial|partially|mostly|mainly|largely|minor|minimal|moderate|major|heavy|heavily|full|fully|assisted|generated|[1-9]\d{0,2} ?%)(?:[^\pL\pN]|$)`;
/** First words that deny, in the languages of large projects. */
const DENYING_WORDS = pattern`^(?:no|none|nope|nothing|nobody|no[- ]one|noone|n|f|false|never|not|nil|null|nada|zero|without|w/o|neither|off|disabled|unused|absent|nein|kein(?:e|er|s)?|niemand|ohne|non|aucune?|sans|ningun[oa]|nenhuma?|sin|sem|não|nao|nessun[oa]?|senza|geen|nee|inte|ingen|нет|без|无|無|没有|沒有|否|不|なし|いいえ|없음|아니오|아니요)(?:[^\pL\pN]|$)`;
/** Whole values that stand for nothing. */
const NOTHING = pattern`^(?:n\.?\s?/?\s?a\.?|x|✗|✘|❌|🚫|⛔|∅|ø|0+(?:\.0+)?\s?(?:%|percent|lines?|loc|/\s?\d+(?:\s?lines?)?)?)$`;
/** Phrases that deny wherever they stand. */
const DENYING_PHRASES = pattern`\b(?:did|do|does|was|is|were|has|have) not\b|\b(?:did|do|does|was|is|were|has|have)n[’']?t\b|\b(?:not|never) (?:been )?(?:ai|used?|using|generated|assisted|involved|written|applicable|any|a)\b|\bwithout (?:any |the )?(?:use |help |aid |assistance )?(?:of |from )?(?:an? )?(?:ai|llms?|genai|copilot|assistants?|assistance|help|tools?)\b|\bno (?:ai|llms?|genai|gen-ai|copilot|tools?|assistance|assistants?|help|model)\b|\bai[- ]free\b`;
/** Words and phrases that name people alone as authors; beside a tool or AI they deny nothing. */
const HUMAN_WORDS = pattern`^(?:humans?|manual|manually|myself|self|me|unassisted|hand-?(?:made|crafted|written|coded)|hand)(?:[^\pL\pN]|$)|\bhuman[- ](?:only|made|authored|written|generated|coded)\b|\b(?:100 ?%|fully|entirely|purely|completely|only|solely|all) (?:by )?(?:an? )?(?:humans?|hand|manual)\b|\bby (?:an? )?(?:humans?|hand|me|myself)\b|\bhand[- ]?(?:written|coded|crafted|made)\b`;
const HUMAN_ALONE = pattern`\b(?:100 ?%|fully|entirely|purely|completely|only|solely|all) (?:\w+ )?(?:by )?(?:an? )?(?:humans?|hand|manual)\b`;
/** AI mentioned beside people. */
const MENTIONS_AI = pattern`\b(?:ai|llms?|genai|gpt)\b`;
/** Words that take a denial back: "none except Copilot". */
const EXCEPTIONS = pattern`\b(?:except|other than|apart from|besides|but|only|aside from|excluding)\b`;
/** Values that say nothing: open questions and unfilled templates. */
const OPEN = pattern`^(?:unknown|unsure|unclear|uncertain|undisclosed|unspecified|not (?:sure|known|specified|disclosed|stated)|maybe|possibly|perhaps|tbd|tba|todo|to do|fixme|pending|\?+|\.{3}|…|<[^<>@]*>|\[[^\[\]xX✓✔]*\]|\[\s?\].*|\{+[^{}]*\}+|yes ?(?:/|\||or) ?no\b.*|no ?(?:/|\||or) ?yes\b.*|.*\s\|\s.*)$`;
const TICKED = pattern`\[\s?[xX✓✔]\s?\]\s*([^\[\]]+)`;

/** Without quotes, brackets and signs around it, in lower case. */
function bare(value: string): string {
  let from = 0;
  let to = value.length;
  const isSign = (char: string | undefined): boolean => ' \t"\'`*_()[]{}.,;:!-–—~'.includes(char ?? 'x');
  while (from < to && isSign(value[from])) from += 1;
  while (to > from && isSign(value[to - 1])) to -= 1;
  return value.slice(from, to).toLowerCase();
}

function readBare(text: string): Declared {
  if (AFFIRMING_WORDS.test(text)) return HUMAN_ALONE.test(text) ? 'human' : 'ai';
  const named = toolWithin(text);
  const isDenied = DENYING_WORDS.test(text) || DENYING_PHRASES.test(text);
  // "No Copilot" denies the tool, "none except Copilot" does not.
  if (isDenied) return named !== null && EXCEPTIONS.test(text.slice(0, named.index)) ? 'unclear' : 'human';
  return HUMAN_WORDS.test(text) && named === null && !MENTIONS_AI.test(text) ? 'human' : 'ai';
}

/** Reads the value of `AI-Assisted:` and its like. */
export function readDeclaration(given: string): Declared {
  const value = given.slice(0, 500).trim();
  // Of boxes the ticked one speaks; none ticked is a template.
  const boxes = TICKED.all(value);
  if (boxes.length === 1) return readDeclaration(boxes[0]?.groups[0] ?? '');
  if (value === '' || OPEN.test(value.toLowerCase())) return 'unclear';
  const text = bare(value);
  // Only signs: a dash stands for nothing.
  if (text === '' || NOTHING.test(text)) return 'human';
  return OPEN.test(text) ? 'unclear' : readBare(text);
}
