/**
 * Cursor as its documents of the Admin API and the AI Code Tracking API describe it (cursor.com/docs, copies of January to November 2026);
 * only the fields that are needed. Messages of commits come along and are not read.
 */
import { z } from 'zod';
import { dayOf } from '../../days.ts';
import { eachOf, instant } from '../../lenient.ts';
import { pattern } from '../../text/pattern.ts';

const MILLISECONDS = pattern`^\d{1,16}$`;
const COMMIT = pattern`^(?:[0-9a-fA-F]{40}|[0-9a-fA-F]{64})$`;
const LAST_MS = Date.UTC(9999, 11, 31);

/** A daily row and a use are corrected for so long: costs are adjusted after the fact. */
export const SETTLES_AFTER_DAYS = 3;

/** What nobody does in a day is a fault of the source. */
const count = z.int().min(0).max(100_000_000).nullish();
const tokens = z.int().min(0).max(1_000_000_000_000).nullish();
const cents = z.number().min(0).max(1e9).nullish();
const userId = z
  .union([z.string().min(1), z.int()])
  .transform(String)
  .nullish();

/** Milliseconds since 1970: a number, or a text of one. */
const milliseconds = z
  .union([
    z.int().min(0).max(LAST_MS),
    z.string().refine((text) => MILLISECONDS.test(text), 'is no number of milliseconds'),
  ]) // prettier-ignore
  .transform(Number)
  .refine((at) => at <= LAST_MS, 'lies after 9999: it is in milliseconds');

const page = z
  .object({
    hasNextPage: z.boolean().nullish(),
    numPages: z.int().nullish(),
    totalPages: z.int().nullish(),
    totalUsers: z.int().nullish(),
  })
  .nullish();
export type PageInfo = z.infer<typeof page>;

/** A member's day. Without an address it is of somebody who was removed from the team. */
export const dailyRow = z
  .object({
    day: z.iso.date().nullish(),
    date: milliseconds.nullish(),
    userId,
    email: z.string().nullish(),
    isActive: z.boolean().nullish(),
    acceptedLinesAdded: count,
    totalTabsAccepted: count,
    composerRequests: count,
    chatRequests: count,
    agentRequests: count,
    cmdkUsages: count,
  })
  .refine(({ day, date }) => (day ?? date ?? null) !== null, 'has neither day nor date')
  .transform(({ day, date, ...rest }) => ({ ...rest, day: day ?? dayOf(new Date(date ?? 0)) }));
export type DailyRow = z.infer<typeof dailyRow>;

export const dailyPage = z.object({ data: eachOf(dailyRow, 'row'), pagination: page });
export type DailyPage = z.infer<typeof dailyPage>;

/** One use. Of people who were removed it has no address (known since 2026). */
export const usageEvent = z.object({
  timestamp: milliseconds,
  userEmail: z.string().nullish(),
  serviceAccountId: z.string().min(1).nullish(),
  model: z.string().max(300).nullish(),
  isHeadless: z.boolean().nullish(),
  isFreeBugbot: z.boolean().nullish(),
  cloudAgentId: z.string().nullish(),
  tokenUsage: z.object({ inputTokens: tokens, outputTokens: tokens, totalCents: cents }).nullish(),
  chargedCents: cents,
});
export type UsageEvent = z.infer<typeof usageEvent>;

export const eventPage = z.object({
  usageEvents: eachOf(usageEvent, 'event'),
  totalUsageEventsCount: z.int().min(0).nullish(),
  pagination: page,
});
export type EventPage = z.infer<typeof eventPage>;

/** `isRemoved` is described, but those who were removed are mostly left out. */
export const member = z.object({ email: z.string().min(3), role: z.string().nullish(), isRemoved: z.boolean().nullish() }); // prettier-ignore
export type Member = z.infer<typeof member>;
export const memberList = z.object({ teamMembers: eachOf(member, 'member') });

const lines = z.int().min(0).max(100_000_000);
/** Lines of a commit that was made on a machine with Cursor, one row for each user. */
export const commitRow = z.object({
  commitHash: z
    .string()
    .refine((text) => COMMIT.test(text), 'is no whole commit')
    .transform((text) => text.toLowerCase()),
  userId,
  userEmail: z.string().nullish(),
  repoName: z.string().nullish(),
  totalLinesAdded: lines,
  tabLinesAdded: lines.nullish(),
  composerLinesAdded: lines.nullish(),
  createdAt: instant.nullish(),
});
export type CommitRow = z.infer<typeof commitRow>;
export const commitPage = z.object({ items: eachOf(commitRow, 'commit'), totalCount: z.int().min(0).nullish() });

export const cursor = z.object({
  /** First day that was not settled when it was read last, or was not read. */
  from: z.iso.date(),
});
export type Cursor = z.infer<typeof cursor>;

export const seatsCursor = z.object({
  /** Seats of the last complete list: account, when it was first seen. */
  held: z.array(z.tuple([z.string(), z.iso.datetime()])),
});
export type SeatsCursor = z.infer<typeof seatsCursor>;

export const commitsCursor = cursor.extend({
  /** Names of repositories that are not collected, and the first day with commits of theirs: read again when they are. */
  waiting: z.array(z.tuple([z.string(), z.iso.date()])),
});
export type CommitsCursor = z.infer<typeof commitsCursor>;
