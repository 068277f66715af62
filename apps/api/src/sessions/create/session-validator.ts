import { BodyValidator, CreateSessionDto } from '@sessions/contract';
import type { Limits } from '@sessions/contract';
import { CONFIGURATION } from '@sessions/runtime';
import type { Configuration } from '@sessions/runtime';

/** Injection token of the validator of sessions to create, which is compiled once a process. */
export const SESSION_VALIDATOR = Symbol('SESSION_VALIDATOR');

/** The limits that are configured. */
export function limitsOf(configuration: Configuration): Limits {
  return {
    bodyBytes: configuration.LIMIT_BODY_BYTES,
    bodyValues: configuration.LIMIT_BODY_VALUES,
    batchBytes: configuration.LIMIT_BATCH_BYTES,
    batchValues: configuration.LIMIT_BATCH_VALUES,
    batchSessions: configuration.LIMIT_BATCH_SESSIONS,
    messages: configuration.LIMIT_MESSAGES,
    messageBytes: configuration.LIMIT_MESSAGE_BYTES,
    textBytes: configuration.LIMIT_TEXT_BYTES,
    metadataBytes: configuration.LIMIT_METADATA_BYTES,
    links: configuration.LIMIT_LINKS,
    idBytes: configuration.LIMIT_ID_BYTES,
  };
}

/** Provides the validator. */
export const sessionValidatorProvider = {
  provide: SESSION_VALIDATOR,
  inject: [CONFIGURATION],
  useFactory: (configuration: Configuration) => new BodyValidator(CreateSessionDto, limitsOf(configuration)),
};
