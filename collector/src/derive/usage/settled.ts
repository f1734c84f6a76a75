/** Days of telemetry that are settled: their points are gone (`privacy.retain`), so what was added up of them is not counted anew. */

/** Key in `setting`: the first local day that is counted, YYYY-MM-DD; no row = all are. */
export const TELEMETRY_FROM = 'telemetry_from';

/** SQL: that day; `-infinity` = all are counted. */
export const OPEN_FROM = `coalesce((select (value #>> '{}')::date from setting where key = '${TELEMETRY_FROM}'), date '-infinity')`;
