/** How well the text of a change explains it, judged by its form alone: a proxy (metrics.md QT5), whatever the words are worth. Pure. */
import { capped, pattern } from './pattern.ts';

/** What a template brings: comments, headings, boxes that nobody ticked, quoted lines; and trailers. */
const TEMPLATE = pattern`(?ms)<!--.*?-->|^[ \t]*#{1,6}[^\n]*$|^[ \t]*[-*] \[ \][^\n]*$|^[A-Za-z-]+-by:[^\n]*$`;
const BLANK = pattern`\s+`;
const LEAST_CHARACTERS = 80;

const WHY = pattern`(?i)\b(?:because|so that|in order to|otherwise|the (?:reason|problem|cause) (?:is|was)|since it)\b`;
const ISSUE = pattern`(?:^|[\s(])#\d{1,10}\b|/issues/\d{1,10}\b|\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b`;
const TESTED = pattern`(?i)\b(?:tested|test plan|verified|reproduced|unit tests?|regression tests?|covered by)\b|\[x\][^\n]*\btest`;
const RISK = pattern`(?i)\b(?:risks?|roll(?:ed|ing)? ?back|rollback|feature flag|backwards?[ -]compatible|breaking change|can be reverted|no migration)\b`;

/** 0 to 5: a body beside the template, a why or the issue that tells it, how it was tested, what can go wrong, and a linked issue. */
export function explanationOf(body: string, hasLinkedIssue: boolean): number {
  const text = BLANK.replace(TEMPLATE.replace(capped(body), ' '), ' ').trim();
  const points = [
    text.length >= LEAST_CHARACTERS,
    WHY.test(text) || ISSUE.test(text) || hasLinkedIssue,
    TESTED.test(text),
    RISK.test(text),
    hasLinkedIssue,
  ];
  return points.filter(Boolean).length;
}
