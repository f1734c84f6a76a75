// A new panel of each type, on the range that Grafana opens it with: each metric at its defaults draws something, or says in words of ours why not.
import { expect, test } from '@grafana/plugin-e2e';
import { metrics } from '../src/metrics/registry.generated.ts';
import { DATA_SOURCE } from './provisioned.ts';

const NUMBERS = ['Time series', 'Stat', 'Gauge', 'Bar gauge', 'Bar chart', 'State timeline', 'Heatmap', 'Histogram', 'Pie chart', 'XY Chart']; // prettier-ignore
const ROWS = ['Table'];

/** Drawn with a library that builds of Grafana from source may lack. */
const MAY_BE_BLANK = ['Gauge'];

/** What Grafana says where an answer does not fit its panel. Of no row a heat map says "no heatmap fields found": it has no place for a text of ours. */
const COMPLAINTS =
  /No data|Data is missing|Unable to (render|graph)|Cannot visualize|require a string or time|missing a (time|number|string) field|No numeric fields|No histogram|Long data must be|^\s*Err\s*$/i;

for (const panel of [...NUMBERS, ...ROWS]) {
  test(`${panel}: each metric draws something, or says why not`, async ({ panelEditPage, page }) => {
    test.setTimeout(300_000);
    await panelEditPage.datasource.set(DATA_SOURCE.name);
    await panelEditPage.setVisualization(panel);
    const row = panelEditPage.getQueryEditorRow('A');
    const faults: string[] = [];
    for (const { title } of metrics) {
      const metric = row.getByRole('combobox', { name: 'Metric' });
      if ((await metric.inputValue()) !== title) {
        const answered = panelEditPage.waitForQueryDataResponse();
        await metric.click();
        await page.getByRole('option', { name: new RegExp(`^${title}`) }).click();
        if (!(await answered).ok()) faults.push(`${title}: the query failed`);
      }
      const { locator } = panelEditPage.panel;
      await expect(metric).toHaveValue(title);
      await expect(page.getByLabel('Panel loading bar')).toHaveCount(0);
      await page.waitForTimeout(300);
      if (await panelEditPage.panel.getErrorIcon().isVisible()) faults.push(`${title}: error icon`);
      const text = await locator.innerText();
      const complaint = COMPLAINTS.exec(text);
      if (complaint !== null) faults.push(`${title}: "${complaint[0]}"`);
      const drawn = await locator.locator('canvas, svg.viz, [role="grid"], [role="table"], [data-testid*="Bar gauge"], svg g path, svg text').count(); // prettier-ignore
      if (!MAY_BE_BLANK.includes(panel) && drawn === 0 && text.trim().length <= 'New panel'.length)
        faults.push(`${title}: blank`);
    }
    expect(faults).toEqual([]);
  });
}
