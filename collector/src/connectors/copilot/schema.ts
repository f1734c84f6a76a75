/** Copilot as GitHub answers: reports of usage metrics, seats and AI credits (REST, 2026-11); only the fields that are needed. */
import { z } from 'zod';
import { eachOf, instant } from '../../lenient.ts';
import { pattern } from '../../text/pattern.ts';

const NUMBER = pattern`^\d{1,20}$`;

/** A day is final after three full UTC days. */
export const SETTLES_AFTER_DAYS = 4;
/** There is no report of a day before. */
export const FIRST_DAY = '2025-10-10';

export const links = z.object({ download_links: z.array(z.url()).nullish(), report_day: z.iso.date().nullish() });

/** What nobody does in a day is a fault of the source. */
const count = z.int().min(0).max(100_000_000).nullish();

/** A line of `users-1-day`. What is missing is unknown. */
export const userDay = z.object({
  day: z.iso.date(),
  user_id: z
    .union([z.int().positive(), z.string().refine((text) => NUMBER.test(text), 'is no number')])
    .transform(String),
  user_login: z.string().min(1).nullish(),
  user_initiated_interaction_count: count,
  code_acceptance_activity_count: count,
  loc_suggested_to_add_sum: count,
  loc_added_sum: count,
  /** In none of the other totals. */
  totals_by_cli: z.object({ prompt_count: count }).nullish(),
});
export type UserDay = z.infer<typeof userDay>;

export const seat = z.object({
  assignee: z.object({ login: z.string().min(1), id: z.int().positive() }).nullish(),
  created_at: instant,
  pending_cancellation_date: z.iso.date().nullish(),
});
export type Seat = z.infer<typeof seat>;
export const seatList = z.object({ total_seats: z.int().min(0).nullish(), seats: eachOf(seat, 'seat') });

export const creditUsage = z.object({
  usageItems: z.array(z.object({ product: z.string(), netAmount: z.number() })).nullish(),
});

export const usageCursor = z.object({
  /** First day that was not final when it was read last, or was not read. */
  from: z.iso.date(),
});
export type UsageCursor = z.infer<typeof usageCursor>;

export const seatsCursor = z.object({
  /** Seats of the last complete list: account, start. */
  held: z.array(z.tuple([z.string(), z.iso.datetime()])),
});
export type SeatsCursor = z.infer<typeof seatsCursor>;
