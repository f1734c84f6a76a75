import { newestOf } from '../parts/newest-of.ts';

export const compute = newestOf('rows', 'Narrow the range or the filters');
