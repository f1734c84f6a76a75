/** What is said of tags that are no deployments: one line for a whole repository. */
import type { Skip } from '../../connector.ts';
import type { TagRules } from '../../text/tag-rules.ts';

/** Item of the line among what is skipped. */
export const LEFT_TAGS = 'tags without a rule';
/** Its reason where none is left out any more. */
export const NONE_LEFT = 'none any more';

/** How many tags no rule fits, and why that keeps them out. */
export function leftOut(left: readonly string[], all: number, { isGiven, isVersioned }: TagRules): Skip {
  const [first] = left;
  const count = (size: number): string => size.toLocaleString('en');
  const counted = isVersioned
    ? 'plain versions such as v1.2.0, as this repository has them,'
    : 'versions such as web/v1.2.0 and pkg@1.2.0';
  const why = isGiven
    ? 'they fit no tag pattern of its configuration'
    : `only ${counted} count unless tag_patterns in throughline.yaml say otherwise`;
  const what = `${count(left.length)} of ${count(all)} tags are not counted as deployments`;
  return { item: LEFT_TAGS, reason: first === undefined ? NONE_LEFT : `${what} (e.g. ${first}): ${why}` };
}
