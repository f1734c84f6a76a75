import { templates, type DashboardVariable } from '../fixtures/grafana.ts';
import { VariableResolver, holdsVariable, variableReferences } from './template-variables.ts';

const list = (texts: string[], variables: DashboardVariable[], scopedVars = {}) =>
  new VariableResolver(templates(variables), scopedVars).list(texts);
const team = { name: 'team', options: ['payments', 'search'], query: { dimension: 'team' } };

describe('VariableResolver', () => {
  it('fills in a single value, several values, and keeps plain ones', () => {
    expect(list(['$team'], [{ ...team, current: 'payments' }])).toEqual(['payments']);
    expect(list(['${team}', 'data'], [{ ...team, current: ['payments', 'search'] }])).toEqual([
      'payments',
      'search',
      'data',
    ]);
    expect(list(['payments', '$team'], [{ ...team, current: ['payments'] }])).toEqual(['payments']);
  });

  it('never splits a value with a comma, whatever format the reference names', () => {
    const repo = { name: 'repo', current: ['acme/a,b', 'acme/c'] };
    for (const reference of ['$repo', '${repo}', '${repo:csv}', '${repo:regex}', '${repo:text}', '[[repo]]']) {
      expect(list([reference], [repo])).toEqual(['acme/a,b', 'acme/c']);
    }
  });

  it('drops the filter for "All" of a variable that offers every value', () => {
    expect(list(['$team'], [{ ...team, current: ['$__all'] }])).toEqual([]);
    expect(list(['$team'], [{ ...team, current: '$__all' }])).toEqual([]);
  });

  it('means the options by "All" where a regex or another variable narrows them', () => {
    expect(list(['$team'], [{ ...team, current: ['$__all'], regex: '/^p/', options: ['payments'] }])).toEqual([
      'payments',
    ]);
    const repo = {
      name: 'repo',
      current: ['$__all'],
      options: ['acme/api'],
      query: { dimension: 'repo', filters: { team: ['$team'] } },
    };
    expect(list(['$repo'], [repo, { ...team, current: ['payments'] }])).toEqual(['acme/api']);
    expect(list(['$repo'], [repo, { ...team, current: ['$__all'] }])).toEqual([]);
    expect(list(['$kind'], [{ name: 'kind', type: 'custom', current: ['$__all'], options: ['a', 'b'] }])).toEqual([
      'a',
      'b',
    ]);
  });

  it('matches nothing when "All" of a narrowed variable has no option', () => {
    expect(list(['$team'], [{ ...team, current: ['$__all'], regex: '/^x/', options: [] }])).toEqual(['']);
  });

  it('drops the filter where a variable says "All" by a text of its own, whatever narrows its options', () => {
    const repo = {
      name: 'repo',
      current: ['$__all'],
      allValue: '$__all',
      options: ['acme/api'],
      query: { dimension: 'repo', filters: { team: ['$team'] } },
    };
    expect(list(['$repo'], [repo, { ...team, current: ['payments'] }])).toEqual([]);
  });

  it('takes the value of a repeated panel, though the variable says "All"', () => {
    expect(list(['$team'], [{ ...team, current: ['$__all'] }], { team: { value: 'search', text: 'Search' } })).toEqual([
      'search',
    ]);
  });

  it('leaves a variable that nobody knows, so that the backend can name it', () => {
    expect(list(['$nope', '${nope:csv}'], [])).toEqual(['$nope', '${nope:csv}']);
  });

  it('takes an empty text box for a filter left blank', () => {
    expect(list(['$box'], [{ name: 'box', type: 'textbox', current: '' }])).toEqual([]);
  });

  it('combines variables inside a longer text', () => {
    const org = { name: 'org', current: ['acme', 'umbrella'] };
    const app = { name: 'app', current: ['api', 'web'] };
    expect(list(['${org}/$app'], [org, app])).toEqual(['acme/api', 'acme/web', 'umbrella/api', 'umbrella/web']);
  });

  it('ends when variables name each other', () => {
    const a = {
      name: 'a',
      current: ['$__all'],
      options: ['x'],
      query: { dimension: 'team', filters: { repo: ['$b'] } },
    };
    const b = {
      name: 'b',
      current: ['$__all'],
      options: ['y'],
      query: { dimension: 'repo', filters: { team: ['$a'] } },
    };
    expect(list(['$a'], [a, b])).toEqual(['x']);
  });
});

test('holdsVariable finds references in texts and lists', () => {
  expect([['a', '$b'], '${b:csv}', 'x/[[b]]'].every(holdsVariable)).toBe(true);
  expect([['a'], 'a', 5, true, undefined, 'US$'].some(holdsVariable)).toBe(false);
});

test('variableReferences names the variables that can hold values, with their dimension', () => {
  const variables = [
    { ...team, current: 'payments' },
    { name: 'Filters', type: 'adhoc', current: '' },
    { name: 'box', type: 'textbox', current: '' },
  ];
  expect(variableReferences(templates(variables))).toEqual([
    { text: '$team', dimension: 'team' },
    { text: '$box', dimension: undefined },
  ]);
});
