/** A process that takes as many requests of a budget of 30 a minute as it is given, and prints how many. */
import { openPool } from '../src/store/connection.ts';
import { openRateBudget } from '../src/store/rate-budget.ts';

const pool = openPool(process.argv[2] ?? '');
const budget = openRateBudget(pool, 'test/shared', { requests: 30, perSeconds: 60 });
let taken = 0;
while ((await budget.take()) === 0) {
  taken++;
}
process.stdout.write(String(taken));
await pool.end();
