import { newestOf } from '../parts/newest-of.ts';

export const compute = newestOf('events', 'Choose a shorter range or a filter');
