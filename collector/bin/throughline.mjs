#!/usr/bin/env node
// `npx throughline …`: the collector's command line under the project's Node. What needs the engine too lies in app/.
const isOfApp = process.argv[2] === 'mcp';
process.argv.splice(2, isOfApp ? 1 : 0, isOfApp ? 'app/mcp.ts' : 'collector/src/main.ts');
await import('../../scripts/run.mjs');
