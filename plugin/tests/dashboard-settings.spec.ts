import { expect, test } from '@grafana/plugin-e2e';
import { DATA_SOURCE } from './provisioned.ts';

test('a variable offers the values of a dimension', async ({ variableEditPage, page }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(DATA_SOURCE.name);
  await page.getByRole('combobox', { name: 'Values of', exact: true }).click();
  const values = page.waitForResponse((response) => response.url().includes('/resources/dimensions/code_source'));
  await page.getByRole('option', { name: 'Code source', exact: true }).click();
  await variableEditPage.runQuery();
  expect((await values).ok()).toBe(true);
  await expect(variableEditPage).toDisplayPreviews(['human']);
});

test('an annotation shows events', async ({ annotationEditPage, page }) => {
  await annotationEditPage.datasource.set(DATA_SOURCE.name);
  await page.getByRole('combobox', { name: /^Events/ }).click();
  await page.getByRole('option', { name: 'Deployments', exact: true }).click();
  await expect(annotationEditPage.runQuery()).toBeOK();
});

test('a variable is narrowed by several values of another dimension', async ({ variableEditPage, page }) => {
  await variableEditPage.setVariableType('Query');
  await variableEditPage.datasource.set(DATA_SOURCE.name);
  await page.getByRole('combobox', { name: 'Values of', exact: true }).click();
  await page.getByRole('option', { name: 'Repository', exact: true }).click();
  await page.getByRole('combobox', { name: /^Narrow by/ }).click();
  await page.getByRole('option', { name: 'Code source', exact: true }).click();
  await page.keyboard.press('Escape');
  const values = page.getByRole('combobox', { name: 'Code source', exact: true });
  await values.click();
  for (const value of ['human', 'unknown']) {
    await page.getByRole('option', { name: value, exact: true }).click();
    await expect(page.getByRole('button', { name: `Remove ${value}` })).toBeVisible();
  }
});
