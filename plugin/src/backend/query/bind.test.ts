import fc from 'fast-check';
import { bindNames } from './bind.ts';

describe('bindNames', () => {
  it('numbers names, repeats included, and keeps casts', () => {
    expect(bindNames('select :bucket::interval, :from::timestamptz where :bucket is null')).toEqual({
      text: 'select $1::interval, $2::timestamptz where $1 is null',
      names: ['bucket', 'from'],
    });
  });

  it.each([
    ["select ':name', E'it\\'s :name', 'it''s :name'"],
    ['select ":name"'],
    ['select $$ :name $$, $a$ :name $$ $a$'],
    ['select 1 -- :name\n, 2'],
    ['select 1 /* :name /* :name */ :name */'],
    ["select a::text, array[1,2][1:2], '12:30'::time, f(a := 1)"],
    ['select e from e'],
  ])('leaves %s as it is', (sql) => {
    expect(bindNames(sql)).toEqual({ text: sql, names: [] });
  });

  it('binds behind a cast and a quoted stretch', () => {
    expect(bindNames("select x::text = any(:team::text[]) and 'a:b' <> :c").text).toBe(
      "select x::text = any($1::text[]) and 'a:b' <> $2"
    );
  });

  it('never loses text and never throws', () => {
    fc.assert(
      fc.property(fc.string(), (sql) => {
        const { text, names } = bindNames(sql);
        const back = text.replace(/\$(\d+)/g, (whole, n: string) =>
          names[Number(n) - 1] === undefined ? whole : `:${names[Number(n) - 1]}`
        );
        return sql.includes('$') || back === sql;
      })
    );
  });
});
