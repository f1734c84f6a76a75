/** What a credential looks like: vendors begin theirs with words of their own. */
import type { Secret } from './secret.ts';

/** Beginning of a credential, and what such a one is, with its article. */
export type KeyKinds = ReadonlyArray<readonly [beginning: string, is: string]>;

/** ` It looks like an inference key (sk-ant-api03…).`, for the end of a message; '' = like none of those. Shows the beginning that is listed, never more. */
export function keyKind(key: Secret | undefined, kinds: KeyKinds): string {
  const text = key?.reveal() ?? '';
  const found = kinds.find(([beginning]) => text.startsWith(beginning));
  return found === undefined ? '' : ` It looks like ${found[1]} (${found[0]}…).`;
}
