/** Links that strangers give. */
import { pattern } from './pattern.ts';

/** As in a browser: white space and control characters within an address would be passed over there. */
const WEB = pattern`(?i)^https?://[^\s/?#@\\]+(?:[/?#][^\s\x00-\x1f\x7f]*)?$`;
const MOST = 2_000;

/** Whether a browser that follows it opens a page of the web: `http`, `https`, no user, no other scheme. */
export const isWebUrl = (text: string): boolean => text.length <= MOST && WEB.test(text);
