/** What the backend tells of an answer beside its numbers. Frames that came another way tell nothing. */
import { dateTime, type DataFrame, type TimeRange } from '@grafana/data';
import type { AnswerFacts } from '../../metrics/define.ts';

export const factsOf = ({ meta }: DataFrame): Partial<AnswerFacts> => (meta?.custom ?? {}) as Partial<AnswerFacts>;

/** Range that a frame's numbers are of; the one asked for, in its own words (`now-90d`), where they are the same. */
export function answeredRange(frame: DataFrame, asked: TimeRange): TimeRange {
  const { range } = factsOf(frame);
  if (range === undefined || (range.from === asked.from.valueOf() && range.to === asked.to.valueOf())) return asked;
  const [from, to] = [dateTime(range.from), dateTime(range.to)];
  return { from, to, raw: { from, to } };
}
