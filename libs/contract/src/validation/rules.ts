import { ValidateBy } from 'class-validator';
import { DEFAULT_LIMITS } from '../limits';
import type { Limits } from '../limits';
import type { Problem } from './json-value';
import { jsonProblem, textProblem } from './json-value';
import { parseTimestamp } from './timestamp';

/**
 * A rule of our own: one predicate that class-validator runs by a decorator and Ajv by a keyword of the same name,
 * so that both give the same verdict. The argument is what the decorator was given.
 */
export interface Rule {
  /** Name of the decorator's constraint and of the JSON Schema keyword. */
  keyword: string;
  /** JSON type the rule is about; other types are another rule's business. */
  type: 'string' | 'array' | 'object';
  /** What is wrong with the value, or null. `parent` is the object that the value is a field of. */
  readonly check: (
    value: never,
    argument: never,
    limits: Limits,
    parent: Record<string, unknown>,
  ) => Problem | null;
}

function newRule<Value, Argument>(
  keyword: string,
  type: Rule['type'],
  check: (
    value: Value,
    argument: Argument,
    limits: Limits,
    parent: Record<string, unknown>,
  ) => string | Problem | null,
): Rule {
  return {
    keyword,
    type,
    check: (value, argument, limits, parent) => {
      const problem = check(value, argument, limits, parent);
      return typeof problem === 'string' ? { at: '', must: problem } : problem;
    },
  };
}

const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** Whether the text can be the address of one mailbox: something, an @, something, and no white space. */
export function isEmailAddress(text: string): boolean {
  return text.length <= 320 && EMAIL.test(text) && textProblem(text) === null;
}

const RULES = {
  text: newRule<string, true>('storableText', 'string', textProblem),
  notEmpty: newRule<string, true>('notEmptyText', 'string', (text) =>
    text === '' ? 'must not be empty' : null,
  ),
  notBlank: newRule<string, true>('notBlankText', 'string', (text) =>
    text.trim() === '' ? 'must not be empty or only white space' : null,
  ),
  maxBytes: newRule<string, keyof Limits>('maxUtf8Bytes', 'string', (text, limit, limits) =>
    text.length * 3 <= limits[limit] || Buffer.byteLength(text) <= limits[limit]
      ? null
      : `must be at most ${limits[limit]} bytes long`,
  ),
  timestamp: newRule<string, true>('iso8601', 'string', (text) =>
    parseTimestamp(text) === null
      ? 'must be an ISO 8601 date and time such as 2026-01-31T10:00:00.000Z'
      : null,
  ),
  email: newRule<string, true>('emailAddress', 'string', (text) =>
    isEmailAddress(text) ? null : 'must be an e-mail address',
  ),
  maxCount: newRule<unknown[], keyof Limits>('maxCount', 'array', (items, limit, limits) =>
    items.length <= limits[limit] ? null : `must have at most ${limits[limit]} items, not ${items.length}`,
  ),
  // In this order: what is nested too deeply may overflow the stack when it is written as JSON.
  json: newRule<object, keyof Limits>(
    'storableJson',
    'object',
    (value, limit, limits) =>
      jsonProblem(value) ??
      (Buffer.byteLength(JSON.stringify(value)) <= limits[limit]
        ? null
        : `must be at most ${limits[limit]} bytes of JSON`),
  ),
  together: newRule<string, string>('togetherWith', 'string', (_value, other, _limits, parent) =>
    parent[other] === undefined ? `needs ${other} beside it: both name the external record` : null,
  ),
} satisfies Record<string, Rule>;

/** Every rule of our own. */
export const rules: readonly Rule[] = Object.values(RULES);

function decorator(name: keyof typeof RULES, argument: unknown, each: boolean): PropertyDecorator {
  const rule: Rule = RULES[name];
  const { keyword, type } = rule;
  return ValidateBy(
    {
      name: keyword,
      constraints: [argument],
      validator: {
        validate: (value, args) =>
          !hasType(value, type) ||
          rule.check(
            value as never,
            argument as never,
            DEFAULT_LIMITS,
            args?.object as Record<string, unknown>,
          ) === null,
      },
    },
    { each },
  );
}

function hasType(value: unknown, type: Rule['type']): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value);
  return typeof value === 'string';
}

/** Text that Postgres and UTF-8 can hold: no U+0000, no lone surrogate. */
export const StorableText = (options = { each: false }) => decorator('text', true, options.each);
/** Text of at least one character. */
export const NotEmptyText = (options = { each: false }) => decorator('notEmpty', true, options.each);
/** Text that is more than white space. */
export const NotBlankText = () => decorator('notBlank', true, false);
/** Text of at most as many UTF-8 bytes as the named limit says. */
export const MaxUtf8Bytes = (limit: keyof Limits, options = { each: false }) =>
  decorator('maxBytes', limit, options.each);
/** An ISO 8601 date, with or without a time. */
export const Iso8601 = () => decorator('timestamp', true, false);
/** An e-mail address. */
export const EmailAddress = () => decorator('email', true, false);
/** An array of at most as many items as the named limit says. */
export const MaxCount = (limit: keyof Limits) => decorator('maxCount', limit, false);
/** A JSON object that can be given back with the same meaning, of at most as many bytes as the named limit says. */
export const StorableJson = (limit: keyof Limits) => decorator('json', limit, false);
/** A field that makes sense only beside another one. */
export const TogetherWith = (field: string) => decorator('together', field, false);
