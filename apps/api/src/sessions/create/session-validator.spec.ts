import { DEFAULT_LIMITS } from '@sessions/contract';
import { parseConfiguration } from '@sessions/runtime';
import { limitsOf, sessionValidatorProvider } from './session-validator';

describe('the limits', () => {
  const DATABASE_URL = 'postgres://localhost/x';

  it('are by default those of the contract', () => {
    expect(limitsOf(parseConfiguration({ DATABASE_URL }))).toEqual(DEFAULT_LIMITS);
  });

  it('are those that are configured', () => {
    const validator = sessionValidatorProvider.useFactory(
      parseConfiguration({ DATABASE_URL, LIMIT_MESSAGES: '1' }),
    );
    const message = { role: 'user', content: 'x' };
    expect(validator.check({ messages: [message] }).valid).toBe(true);
    expect(validator.check({ messages: [message, message] }).valid).toBe(false);
  });
});
