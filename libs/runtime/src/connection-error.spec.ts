import {
  ConnectError,
  isConflict,
  isDatabaseAway,
  isDeploymentFault,
  isInternalFault,
  isStatementTimeout,
  isUniqueViolation,
  lacksRight,
} from './connection-error';

const coded = (code: string) => Object.assign(new Error('x'), { code });

describe('isDatabaseAway', () => {
  it.each([
    ...[
      'ECONNREFUSED',
      'ECONNRESET',
      'EPIPE',
      'ETIMEDOUT',
      'EHOSTUNREACH',
      'ENETUNREACH',
      'ENOTFOUND',
      'EAI_AGAIN',
    ],
    ...[
      '08006',
      '53300',
      '53100',
      '57P01',
      '57P03',
      '58030',
      'XX000',
      '40001',
      '40P01',
      '55P03',
      '25006',
      '25P03',
    ],
  ])('is true of the code %s', (code) => expect(isDatabaseAway(coded(code))).toBe(true));

  it.each([
    '22P05',
    '22001',
    '23505',
    '23502',
    '42P01',
    '42601',
    '54000',
    '21000',
    'ENOENT',
    'EPERM',
    'E_OTHER',
  ])('is false of the code %s', (code) => expect(isDatabaseAway(coded(code))).toBe(false));

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
  ])("is true of the driver's %j", (message) => expect(isDatabaseAway(new Error(message))).toBe(true));

  it('looks at what caused an error', () => {
    expect(isDatabaseAway(new Error('x', { cause: coded('ECONNREFUSED') }))).toBe(true);
    expect(isDatabaseAway(new Error('x', { cause: coded('23505') }))).toBe(false);
  });

  it.each([undefined, null, 'ECONNREFUSED', { code: 'ECONNREFUSED' }, new Error('x')])(
    'is false of %p',
    (error) => {
      expect(isDatabaseAway(error)).toBe(false);
    },
  );
});

describe('what a statement failed of', () => {
  it.each(['28P01', '28000', '3D000', '3F000', '42P01', '42703', '42501'])(
    'is the deployment: %s',
    (code) => {
      expect(isDeploymentFault(coded(code))).toBe(true);
      expect(isDeploymentFault(new Error('x', { cause: coded(code) }))).toBe(true);
    },
  );

  it.each(['22P05', '23505', 'ECONNREFUSED', '57014', '42'])('is not the deployment: %s', (code) =>
    expect(isDeploymentFault(coded(code))).toBe(false),
  );

  it('is a key that is taken', () => {
    expect(['23505', '23503'].map((code) => isUniqueViolation(coded(code)))).toEqual([true, false]);
  });

  it('is the server itself', () => {
    expect(['XX000', 'XX001', '53100', '22P05'].map((code) => isInternalFault(coded(code)))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it('is nothing of the statement when there was no connection for one', () => {
    const refused = ['XX000', '57014', '28P01'].map((code) => new ConnectError(coded(code)));
    expect(refused.map(isDatabaseAway)).toEqual([true, true, true]);
    expect(refused.map(isInternalFault)).toEqual([false, false, false]);
    expect(refused.map(isStatementTimeout)).toEqual([false, false, false]);
    expect(refused.map(isDeploymentFault)).toEqual([false, false, true]);
  });

  it('is a right that the user lacks', () => {
    expect(['42501', '42P01', '28000'].map((code) => lacksRight(coded(code)))).toEqual([true, false, false]);
  });

  it('is a conflict, or its time', () => {
    expect(['40P01', '40001', '55P03', '57014'].map((code) => isConflict(coded(code)))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(['57014', '57P01'].map((code) => isStatementTimeout(coded(code)))).toEqual([true, false]);
    expect([undefined, 'x', new Error('x')].some(isStatementTimeout)).toBe(false);
  });
});
