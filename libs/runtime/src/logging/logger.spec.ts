import { symbols } from 'pino';
import { createLogger, NestLogger } from './logger';
import type { Logger } from './logger';

/** A pino logger, as far as its serializers go. */
type Serializing = Record<symbol, Record<string, (value: Error) => object>>;

describe('createLogger', () => {
  it('writes an error without what drivers hang onto it', () => {
    const logger = createLogger('worker', { LOG_LEVEL: 'info' }) as unknown as Serializing;
    const serialize = logger[symbols.serializersSym]?.err;
    const written = JSON.stringify(serialize?.(Object.assign(new Error('terminated'), { client: 'big' })));
    expect(written).toContain('terminated');
    expect(written).not.toContain('big');
  });
});

describe('NestLogger', () => {
  it('leaves the message of an error to what serializes errors', () => {
    const error = jest.fn();
    const thrown = Object.assign(new Error('invalid input: "my secret"'), { code: '22P02' });
    new NestLogger({ error } as unknown as Logger).error(thrown, 'Context');
    expect(error).toHaveBeenCalledWith({ context: 'Context', err: thrown }, 'Nest reports an error.');
  });
});
