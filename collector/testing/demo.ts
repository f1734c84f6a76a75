/** The demo organisation for tests of the plugin: loaded and derived into a test database, and what is planted in it. */
export { prepareDemo } from '../src/demo/demo.ts';
export { timeline } from '../src/demo/organisation.ts';
export { TRUTHS } from '../src/demo/truths.ts';
