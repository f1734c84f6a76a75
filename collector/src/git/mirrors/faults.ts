/** Why there is no mirror, in words. */
import { sizeText } from '../../config/size.ts';
import { CollectorError } from '../../errors.ts';
import { LifetimeError } from '../errors.ts';
import { withoutCredentials } from '../url.ts';
import type { Mirrors } from './mirrors.ts';

interface Of {
  readonly mirrors: Mirrors;
  readonly url: string;
  readonly name: string;
}

export function unreachable({ mirrors, url }: Of, cause: Error): CollectorError {
  // What git could not open here is worded below, as of any remote.
  if (cause instanceof CollectorError && !(cause instanceof LifetimeError)) return cause;
  if (/no space left|disk quota|ENOSPC|EDQUOT/i.test(cause.message)) {
    return new CollectorError({
      code: 'disk_full',
      message: `The disk of ${mirrors.folder} is full. Free some space; the next run carries on where this one stopped.`,
      fault: 'source',
      retryable: true,
    });
  }
  return new CollectorError({
    code: 'git_unreachable',
    message: withoutCredentials(
      `Cannot fetch ${url}: ${cause.message.replaceAll(url, withoutCredentials(url))}. Check the URL, the network and your git credentials.`
    ),
    fault: 'source',
    retryable: true,
  });
}

/** @param bytes That had come when it was given up. */
export const tooLarge = ({ mirrors, name }: Of, bytes: number): CollectorError =>
  new CollectorError({
    code: 'mirror_too_large',
    message: `${name} is too large: ${sizeText(bytes)} had come, and all mirrors together may take ${sizeText(mirrors.maxBytes)}. Raise mirrors.max in throughline.yaml, or leave the repository out; the others go on.`,
    fault: 'config',
  });

/** @param used By mirrors that are being read or fetched. */
export const noRoom = ({ mirrors, name }: Of, { needed, used }: { needed: number; used: number }): CollectorError =>
  new CollectorError({
    code: 'mirrors_full',
    message: `There is no room for a mirror of ${name}: it needs about ${sizeText(needed)}, and mirrors in use take ${sizeText(used)} of the ${sizeText(mirrors.maxBytes)} of mirrors.max. The next run tries again; raise mirrors.max in throughline.yaml where it happens often.`,
    fault: 'source',
    retryable: true,
  });
