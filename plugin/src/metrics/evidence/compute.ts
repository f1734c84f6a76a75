import { newestOf } from '../define.ts';

export const compute = newestOf('rows', 'Narrow the range or the filters');
