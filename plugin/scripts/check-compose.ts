// docker-compose.yml and Dockerfile: what must hold before anybody runs them. Prints every fault and fails.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { composeFaults } from './compose-faults.ts';
import { imageFaults } from './image-faults.ts';

const compose = readFileSync(path.join(import.meta.dirname, '..', '..', 'docker-compose.yml'), 'utf8');
const faults = [
  ...composeFaults(compose).map((fault) => `docker-compose.yml: ${fault}`),
  ...imageFaults().map((fault) => `Dockerfile: ${fault}`),
];
for (const fault of faults) {
  process.stderr.write(`${fault}\n`);
}
process.exitCode = faults.length > 0 ? 1 : 0;
