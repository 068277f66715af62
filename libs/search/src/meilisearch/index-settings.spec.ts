import { differingSettings, INDEX_SETTINGS } from './index-settings';

describe('differingSettings', () => {
  it('sends nothing when nothing differs, in whatever order the server lists it', () => {
    const current = Object.fromEntries(Object.entries(INDEX_SETTINGS).reverse());
    expect(differingSettings({ ...current, stopWords: [] })).toEqual({});
  });

  it('sends only what differs', () => {
    expect(differingSettings({ ...INDEX_SETTINGS, facetSearch: true })).toEqual({ facetSearch: false });
    expect(differingSettings({})).toEqual(INDEX_SETTINGS);
  });
});
