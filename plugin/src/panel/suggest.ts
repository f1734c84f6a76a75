import { VisualizationSuggestionScore, type PanelDataSummary, type VisualizationSuggestion } from '@grafana/data';
import { t } from '@grafana/i18n';
import { chooseFields } from './fields.ts';
import { DEFAULTS, type IntervalOptions } from './options.ts';

/** Few enough to read. */
const MOST_ROWS = 60;

/** Offered for answers that hold a number with two bounds in each row, and no time. */
export function suggest({
  hasData = false,
  isInstant,
  hasTimeField,
  rowCountTotal,
  rawFrames = [],
}: PanelDataSummary): Array<VisualizationSuggestion<IntervalOptions>> {
  const isSeries = hasTimeField === true && isInstant !== true;
  const fits = rawFrames.some((frame) => {
    const fields = chooseFields(frame, DEFAULTS);
    return fields !== null && fields.labels.length > 0;
  });
  return hasData && !isSeries && rowCountTotal <= MOST_ROWS && fits
    ? [{ name: t('panel.rows', 'Intervals'), score: VisualizationSuggestionScore.Best }]
    : [];
}
