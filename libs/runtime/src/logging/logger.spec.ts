import { symbols } from 'pino';
import { createLogger } from './logger';

/** A pino logger, as far as its serializers go. */
type Serializing = Record<symbol, Record<string, (value: Error) => object>>;

describe('createLogger', () => {
  it('writes an error without the connection that pg hangs onto it', () => {
    const logger = createLogger('worker', { LOG_LEVEL: 'info' }) as unknown as Serializing;
    const serialize = logger[symbols.serializersSym]?.err;
    const written = JSON.stringify(serialize?.(Object.assign(new Error('terminated'), { client: 'big' })));
    expect(written).toContain('terminated');
    expect(written).not.toContain('big');
  });
});
