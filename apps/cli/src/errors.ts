/** Arguments that make no sense; the message says which and what is allowed. The process ends with code 2. */
export class UsageError extends Error {}

/** Work that cannot be done; the message tells the operator what to do next. The process ends with code 1. */
export class CommandError extends Error {}
