/** Files of a repository are foreign: a pipe would wait for ever, a device has no end. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { LifetimeError } from './errors.ts';

/**
 * Bytes of a regular file; null = there is none.
 * @throws LifetimeError `git_irregular` when it is something else, or larger than `maxBytes`; the system's error without the right to read.
 */
export function readRegular(file: string, maxBytes: number): Buffer | null {
  let handle: number;
  try {
    handle = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG'].includes(code)) return null;
    if (code === 'ENXIO') throw irregular(file, 'is no regular file');
    throw error;
  }
  try {
    const stat = fstatSync(handle);
    if (!stat.isFile()) throw irregular(file, 'is no regular file');
    if (stat.size > maxBytes) throw irregular(file, `has ${String(stat.size)} bytes`);
    const buffer = Buffer.alloc(stat.size);
    let size = 0;
    for (let read = -1; read !== 0 && size < buffer.length; size += read) {
      read = readSync(handle, buffer, size, buffer.length - size, size);
    }
    return buffer.subarray(0, size);
  } finally {
    closeSync(handle);
  }
}

/** Something in a repository that git would never put there. */
export const irregular = (file: string, what: string): LifetimeError =>
  new LifetimeError('git_irregular', `${file} ${what}: git does not make such a thing. Remove it, or clone again.`);
