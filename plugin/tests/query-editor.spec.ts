import { expect, test } from '@grafana/plugin-e2e';
import type { Request } from '@playwright/test';
import { DATA_SOURCE } from './provisioned.ts';

interface Sent {
  readonly queryType: string;
  readonly params: Record<string, unknown>;
  readonly tz?: string;
}
const sentBy = (request: Request): Sent => (request.postDataJSON() as { queries: Sent[] }).queries[0] as Sent;

test('a panel: choose a metric, group, filter', async ({ panelEditPage, page }) => {
  await panelEditPage.datasource.set(DATA_SOURCE.name);
  await panelEditPage.setVisualization('Table');
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByRole('combobox', { name: 'Metric' }).click();
  const answered = panelEditPage.waitForQueryDataResponse();
  await page.getByRole('option', { name: /Durability of code/ }).click();
  expect((await answered).ok()).toBe(true);
  await expect(panelEditPage.panel.locator).toContainText('Code source');

  const filtered = panelEditPage.waitForQueryDataRequest((request) => Array.isArray(sentBy(request).params['team']));
  // What matters rarely waits under Options.
  await row.getByRole('button', { name: /^Options/ }).click();
  await row.getByRole('combobox', { name: /^Team/ }).click();
  await page.getByRole('option').first().click();
  const sent = sentBy(await filtered);
  expect(sent.queryType).toBe('durability');
  expect(sent.params['team']).toHaveLength(1);
  expect(sent.tz).toBe('Europe/Berlin');
  await expect(panelEditPage.panel.getErrorIcon()).toBeHidden();
});

test('a wrong number is named at its field and not run', async ({ panelEditPage, page }) => {
  await panelEditPage.datasource.set(DATA_SOURCE.name);
  const row = panelEditPage.getQueryEditorRow('A');
  await row.getByRole('combobox', { name: 'Metric' }).click();
  await page.getByRole('option', { name: /Collector health/ }).click();
  await row.getByRole('textbox', { name: /^Stale after/ }).fill('-5');
  await row.getByRole('textbox', { name: /^Stale after/ }).press('Enter');
  await expect(row.getByText(/Cannot be -5\. It must be/)).toBeVisible();
});

test('a panel on the last hours: one click leads to the data, and a changed visualization is followed until a format is chosen', async ({
  panelEditPage,
  page,
}) => {
  await panelEditPage.datasource.set(DATA_SOURCE.name);
  const row = panelEditPage.getQueryEditorRow('A');
  const formatIs = (name: string) => expect(row.getByRole('radio', { name, exact: true })).toBeChecked();
  await formatIs('Time series');
  for (const [panel, format] of [
    ['Table', 'Table'],
    ['Stat', 'Numbers'],
    ['Time series', 'Time series'],
  ] as const) {
    const answered = panelEditPage.waitForQueryDataResponse();
    await panelEditPage.setVisualization(panel);
    expect((await answered).ok()).toBe(true);
    await formatIs(format);
  }
  const zoom = page.getByTestId('time-series-zoom-to-data');
  await zoom.click();
  await expect(panelEditPage.panel.locator.locator('canvas').first()).toBeVisible();
  await expect(zoom).toHaveCount(0);
  await row.getByRole('radio', { name: 'Time series', exact: true }).check({ force: true });
  await row.getByRole('radio', { name: 'Numbers', exact: true }).check({ force: true });
  await panelEditPage.setVisualization('Table');
  await formatIs('Numbers');
});

test('Explore: an example of the help becomes the query', async ({ explorePage, page }) => {
  await explorePage.datasource.set(DATA_SOURCE.name);
  await page.getByRole('button', { name: /data source help/i }).click();
  await page.getByRole('region', { name: 'Durability of code' }).getByRole('button').nth(1).click();
  await expect(explorePage.getQueryEditorRow('A').getByRole('combobox', { name: 'Metric' })).toHaveValue(
    'Durability of code'
  );
  const answered = explorePage.waitForQueryDataResponse();
  await page.getByRole('button', { name: 'Run query' }).first().click();
  expect((await answered).ok()).toBe(true);
});
