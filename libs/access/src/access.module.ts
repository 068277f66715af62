import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ApiKeyGuard } from './authentication/api-key.guard';
import { Authenticator } from './authentication/authenticator';
import { KeyLookup } from './authentication/key-lookup';
import { RateLimiter } from './limits/rate-limiter';

/**
 * Who may do what. Importing it guards every controller of the application: one without a key says so by `@Public()`.
 * The routes that Fastify serves directly are guarded by the API's `prepareServer`, which asks `ApiKeyGuard` itself.
 * Needs the global modules of libs/runtime (configuration, logger, database).
 */
@Module({
  providers: [
    KeyLookup,
    Authenticator,
    RateLimiter,
    ApiKeyGuard,
    { provide: APP_GUARD, useExisting: ApiKeyGuard },
  ],
  exports: [Authenticator, RateLimiter, ApiKeyGuard],
})
export class AccessModule {}
