import { execFileSync } from 'node:child_process';
import { commit } from './environment';

jest.mock('node:child_process');

describe('the commit that is measured', () => {
  it('is unknown where git fails', () => {
    jest.mocked(execFileSync).mockImplementation(() => {
      throw new Error('spawnSync git ENOENT');
    });
    expect(commit()).toBe('unknown');
  });
});
