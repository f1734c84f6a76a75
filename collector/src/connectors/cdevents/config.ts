/** Section `cdevents` of throughline.yaml. */
import { z } from 'zod';
import { secret } from '../../secret.ts';

export const section = z.strictObject({
  tokens: z.array(secret()).min(1, 'is empty').describe('Bearer tokens that may send. Each of several is good.'),
  environment: z.string().default('production').describe('Environment of events that name none.'),
});

export type Section = z.infer<typeof section>;
