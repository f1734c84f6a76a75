import { expect, test } from '@grafana/plugin-e2e';
import { DATA_SOURCE } from './provisioned.ts';

test('an alert rule on a number for each group can be evaluated; tables are not offered', async ({
  alertRuleEditPage,
  page,
}) => {
  await alertRuleEditPage.enableAdvancedQueryMode();
  const query = await alertRuleEditPage.getQueryRow('A');
  await query.datasource.set(DATA_SOURCE.name);
  await query.locator.getByRole('combobox', { name: 'Metric' }).click();
  await page.getByRole('option', { name: /Collector health/ }).click();
  await expect(query.locator.getByRole('radio', { name: 'Numbers' })).toBeChecked();
  await expect(query.locator.getByRole('radio', { name: 'Table' })).toHaveCount(0);
  await expect(alertRuleEditPage.evaluate()).toBeOK();
});
