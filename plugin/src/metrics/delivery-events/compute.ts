import { newestOf } from '../define.ts';

export const compute = newestOf('events', 'Choose a shorter range or a filter');
