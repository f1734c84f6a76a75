import { getTimeZone } from '@grafana/data';

/**
 * The IANA zone of a request: Grafana says `browser` and `utc` beside IANA names, and nothing where the user's own zone counts.
 * Undefined = not known here, then the backend takes the organisation's zone.
 */
export function ianaZone(timezone: string | undefined): string | undefined {
  const zone = timezone === undefined || timezone === '' ? getTimeZone() : timezone;
  if (zone === 'browser') {
    return Intl.DateTimeFormat().resolvedOptions().timeZone || undefined;
  }
  if (zone === 'utc') {
    return 'UTC';
  }
  return zone === '' ? undefined : zone;
}
