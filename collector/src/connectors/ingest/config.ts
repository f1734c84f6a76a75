/** Section `ingest` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z
  .strictObject({
    tokens: z
      .array(secret())
      .default([])
      .describe('Bearer tokens that may send. Several, so that one can be replaced without a gap.'),
    token_file: z
      .string()
      .optional()
      .describe('File with such tokens, one a line (a mounted secret). Read again when it changes.'),
  })
  .refine(({ tokens, token_file }) => tokens.length > 0 || token_file !== undefined, 'give tokens or token_file');

export type Section = z.infer<typeof section>;
