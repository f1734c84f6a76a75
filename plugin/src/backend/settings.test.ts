import fc from 'fast-check';
import { readSettings, SettingsError, SETTINGS_DEFAULTS } from '../settings.ts';

describe('readSettings', () => {
  it('fills in the defaults', () => {
    expect(readSettings({ host: ' db ' }, { password: 'p' })).toEqual({
      host: 'db', port: 5432, database: 'throughline', user: 'throughline_reader', password: 'p', tlsMode: SETTINGS_DEFAULTS.tlsMode, tlsCa: null,
      poolSize: 5, queryTimeoutMs: 30_000, smallestGroup: null, rowReaders: 'editors', teams: null,
    }); // prettier-ignore
  });

  it('reads numbers that provisioning files quote', () => {
    expect(readSettings({ host: 'db', port: '6543', smallestGroup: '8' })).toMatchObject({
      port: 6543,
      smallestGroup: 8,
    });
  });

  it.each([
    [{}, 'host', /No host is set/],
    [{ host: 'db', port: 0 }, 'port', /whole number from 1 to 65535, not 0/],
    [{ host: 'db', tlsMode: 'maybe' }, 'tlsMode', /Allowed: disable, require, verify-ca, verify-full/],
    [{ host: 'db', smallestGroup: 1 }, 'smallestGroup', /from 5 to/],
    [{ host: 'db', rowReaders: 'viewers' }, 'rowReaders', /cannot be "viewers". Allowed: everybody, editors/],
    [{ host: ['db'] }, 'host', /must be a text/],
  ])('names the field of %j', (json, field, message) => {
    const read = () => readSettings(json);
    expect(read).toThrow(SettingsError);
    expect(read).toThrow(message);
    expect(read).toThrow(expect.objectContaining({ field }) as Error);
  });

  it.each([
    [undefined, null],
    ['*', null],
    ['payments', ['payments']],
    [' payments ,search\npayments,', ['payments', 'search']],
  ])('reads the teams %j', (teams, read) => {
    expect(readSettings({ host: 'db' }, teams === undefined ? {} : { teams }).teams).toEqual(read);
  });

  it.each(['', ' , ', '*, payments'])('refuses the teams %j: it is not all of them', (teams) => {
    expect(() => readSettings({ host: 'db' }, { teams })).toThrow(/^Setting "teams"/);
  });

  it('knows no zone of a data source: the weeks of two zones differ by hours, in which one person may have worked', () => {
    expect(readSettings({ host: 'db', defaultTimeZone: 'Asia/Tokyo' })).toEqual(readSettings({ host: 'db' }));
  });

  it('never throws anything else, whatever was provisioned', () => {
    const fields = ['host', 'port', 'database', 'user', 'tlsMode', 'tlsCa', 'poolSize', 'queryTimeoutSeconds', 'smallestGroup', 'rowReaders']; // prettier-ignore
    const json = fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...fields), fc.anything()));
    fc.assert(
      fc.property(json, (given) => {
        try {
          readSettings(given);
        } catch (error) {
          expect(error).toBeInstanceOf(SettingsError);
        }
      }),
      { numRuns: 1000 }
    );
  });
});
