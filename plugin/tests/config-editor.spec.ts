import { expect, test } from '@grafana/plugin-e2e';
import { DATA_SOURCE } from './provisioned.ts';

test('the provisioned data source passes its test and says what it found', async ({
  gotoDataSourceConfigPage,
  page,
}) => {
  await gotoDataSourceConfigPage(DATA_SOURCE.uid);
  await expect(page.getByLabel('Host *')).toBeVisible();
  const health = page.waitForResponse((response) => response.url().includes(`/${DATA_SOURCE.uid}/health`));
  // What is provisioned cannot be saved: Grafana offers a button that only tests it.
  await page.getByRole('button', { name: 'Test', exact: true }).click();
  expect((await health).ok()).toBe(true);
  await expect(page.getByText(/schema \d{6}_/).first()).toBeVisible();
});

test('a host that does not answer is named, with the way out', async ({ createDataSourceConfigPage, page }) => {
  const config = await createDataSourceConfigPage({ type: DATA_SOURCE.type });
  await page.getByLabel('Host *').fill('127.0.0.1');
  await page.getByLabel('Port').fill('1');
  await page.getByLabel('Password').fill('not-a-secret');
  await expect(config.saveAndTest()).not.toBeOK();
  await expect(config).toHaveAlert('error', { hasText: '127.0.0.1' });
});

test('a saved password is never shown and can be reset', async ({ createDataSourceConfigPage, page }) => {
  await createDataSourceConfigPage({ type: DATA_SOURCE.type });
  await page.getByLabel('Host *').fill('127.0.0.1');
  await page.getByLabel('Password').fill('not-a-secret');
  await page.getByRole('button', { name: 'Save & test' }).click();
  await expect(page.getByLabel('Password')).toBeDisabled();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page.getByLabel('Password')).toBeEnabled();
  await expect(page.getByLabel('Password')).toHaveValue('');
});

test('a setting out of range is named at its field', async ({ createDataSourceConfigPage, page }) => {
  await createDataSourceConfigPage({ type: DATA_SOURCE.type });
  await page.getByLabel(/^Smallest group/).fill('4');
  await page.getByLabel(/^Smallest group/).blur();
  await expect(page.getByText(/must be a whole number from 5 to 1000/)).toBeVisible();
});

test('one TLS mode after the other can be chosen', async ({ createDataSourceConfigPage, page }) => {
  await createDataSourceConfigPage({ type: DATA_SOURCE.type });
  for (const mode of ['Verify full', 'Disable', 'Verify CA']) {
    await page.getByLabel('TLS mode').click();
    await page.getByRole('option', { name: mode }).click();
    await expect(page.getByLabel('TLS mode')).toHaveValue(mode);
  }
  await expect(page.getByLabel(/^CA certificate/)).toBeVisible();
});
