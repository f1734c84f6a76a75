// Browser journeys in a Grafana that has the plugin, `provisioning/` and a store with data:
//   GRAFANA_URL=http://localhost:3000 GRAFANA_ADMIN_PASSWORD=… npm run -w plugin e2e
// CHROMIUM_PATH names a browser that is already on the machine.
import { createRequire } from 'node:module';
import path from 'node:path';
import type { PluginOptions } from '@grafana/plugin-e2e';
import { defineConfig, devices } from '@playwright/test';

const { CI, CHROMIUM_PATH, GRAFANA_URL = 'http://localhost:3000' } = process.env;
const pluginE2e = path.dirname(createRequire(import.meta.url).resolve('@grafana/plugin-e2e'));

export default defineConfig<PluginOptions>({
  testDir: './tests',
  fullyParallel: true,
  forbidOnly: CI !== undefined,
  retries: CI === undefined ? 0 : 2,
  workers: CI === undefined ? 1 : 2,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: CI === undefined ? 'list' : [['html', { open: 'never' }], ['github']],
  use: {
    baseURL: GRAFANA_URL,
    provisioningRootDir: path.join(import.meta.dirname, '..', 'provisioning'),
    trace: 'on-first-retry',
    timezoneId: 'Europe/Berlin',
    ...(CHROMIUM_PATH === undefined
      ? {}
      : { launchOptions: { executablePath: CHROMIUM_PATH, args: ['--no-sandbox', '--disable-gpu'] } }),
  },
  projects: [
    { name: 'auth', testDir: path.join(pluginE2e, 'auth'), testMatch: [/.*\.js/] },
    {
      name: 'chromium',
      use: {
        ...devices['Desktop Chrome'],
        viewport: { width: 1600, height: 1100 },
        storageState: 'playwright/.auth/admin.json',
      },
      dependencies: ['auth'],
    },
  ],
});
