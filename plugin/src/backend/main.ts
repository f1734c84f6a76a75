import { computes } from '../metrics/compute.generated.ts';
import { metrics } from '../metrics/registry.generated.ts';
import { sql } from '../metrics/sql.generated.ts';
import { serve } from './protocol/serve.ts';

await serve({ metrics, sql, computes });
