import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@grafana/plugin-e2e';

const folder = path.join(import.meta.dirname, '..', '..', 'dashboards');
const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];

for (const file of files) {
  const { uid, title } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { uid: string; title: string };

  test(`${title}: every panel answers, none with an error`, async ({ gotoDashboardPage, page }) => {
    const failed: string[] = [];
    let answered = 0;
    page.on('response', (response) => {
      const isQuery = response.url().includes('/api/ds/query');
      answered += isQuery ? 1 : 0;
      if (isQuery && !response.ok()) {
        failed.push(`${String(response.status())} ${response.request().postData() ?? ''}`);
      }
    });
    const dashboard = await gotoDashboardPage({ uid });
    // On a slow machine "complete" may come before the first panel has asked.
    await expect.poll(() => answered).toBeGreaterThan(0);
    await dashboard.waitForPanelsQueriesToComplete({ scrollAll: true });
    await expect(page).toHaveTitle(new RegExp(title.replace(/[^\w ]/g, '.')));
    expect(failed).toEqual([]);
    await expect(page.getByTestId(/panel status error/i)).toHaveCount(0);
  });
}

test('Start here: each of its links opens a board', async ({ gotoDashboardPage, page }) => {
  // Grafana draws what is in sight.
  await page.setViewportSize({ width: 1600, height: 4200 });
  const dashboard = await gotoDashboardPage({ uid: 'throughline-start-here' });
  await dashboard.waitForPanelsQueriesToComplete({ scrollAll: true });
  const questions = page.getByRole('link', { name: /\?$/ });
  await expect(questions.first()).toBeVisible();
  const addresses = await questions.evaluateAll((links) => links.map((link) => link.getAttribute('href') ?? ''));
  expect(addresses.filter((address) => !/\/d\/throughline-[a-z-]+\?.*from=/.test(address))).toEqual([]);
  const boards = page.locator('.markdown-html a');
  await expect(boards.last()).toBeVisible();
  const paths = await boards.evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).pathname));
  expect(paths.filter((path) => !/\/d\/throughline-[a-z-]+$/.test(path))).toEqual([]);
  await questions.first().click();
  await expect(page).toHaveURL(/\/d\/throughline-(?!start-here)/);
});
