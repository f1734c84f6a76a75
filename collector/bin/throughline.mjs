#!/usr/bin/env node
// `npx throughline …`: runs the collector's command line under the project's Node.
process.argv.splice(2, 0, 'collector/src/main.ts');
await import('../../scripts/run.mjs');
