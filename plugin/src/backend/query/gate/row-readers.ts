/** Who may see the rows behind numbers: with the forge at hand a row tells its author, so that rows of a hidden group would lay it open. */
import type { Metric, Notice } from '../../../metrics/define.ts';
import type { RowReaders } from '../../../settings.ts';

/** Roles of Grafana, the weaker first. Public dashboards and alert rules have none. */
const ROLES = ['Viewer', 'Editor', 'Admin'] as const;

/** Least place in ROLES by setting. */
const LEAST: Readonly<Record<RowReaders, number>> = { everybody: 0, editors: 1, admins: 2, nobody: ROLES.length };

const SAID: Readonly<Record<RowReaders, string>> = {
  everybody: 'people who are signed in',
  editors: 'Editors and Admins',
  admins: 'Admins',
  nobody: 'nobody',
};

/** Null = the rows may be shown; else why not, for the panel. `role` as Grafana sends it with a request; '' = none. */
export function whyNoRows(metric: Metric, role: string, readers: RowReaders): Notice | null {
  if (metric.forAdmins === true && role !== 'Admin') {
    return { severity: 'info', text: 'hidden: this is shown to Admins only.' };
  }
  if (metric.listsUnits !== true) return null;
  const place = ROLES.findIndex((name) => name === role);
  const text = `hidden: the rows behind numbers are shown to ${SAID[readers]} only (data source, setting "Rows behind numbers").`;
  return place >= 0 && place >= LEAST[readers] ? null : { severity: 'info', text };
}
