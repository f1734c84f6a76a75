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

test('a rule on the ten minutes that Grafana opens it with says what is answered instead', async ({
  alertRuleEditPage,
  page,
}) => {
  await alertRuleEditPage.enableAdvancedQueryMode();
  const query = await alertRuleEditPage.getQueryRow('A');
  await query.datasource.set(DATA_SOURCE.name);
  await query.locator.getByRole('combobox', { name: 'Metric' }).click();
  await page.getByRole('option', { name: /^Durability of code/ }).click();
  await expect(query.locator.getByText('Answered for the last 90 days, not for 10 minutes')).toBeVisible();
  await expect(query.locator.getByText(/^The threshold below is compared with: .* a share from 0 to 1/)).toBeVisible();
  await expect(alertRuleEditPage.evaluate()).toBeOK();
});
