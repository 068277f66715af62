import { settings } from './settings';
import type { Configuration } from './settings';
import { unknownSettings } from './unknown-settings';

/** The configuration as an injection token; the value is a `Configuration`. */
export const CONFIGURATION = Symbol('CONFIGURATION');

/** Thrown when a setting is wrong, missing or unknown. The message is one sentence a setting, for the operator. */
export class ConfigurationError extends Error {}

/**
 * Reads the configuration from environment variables, once, at the start of a process. An empty value counts as
 * not set.
 *
 * @throws ConfigurationError naming every setting that is wrong, missing or unknown.
 */
export function parseConfiguration(environment: Record<string, string | undefined>): Configuration {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(settings)) {
    const given = environment[name] === '' ? undefined : environment[name];
    const parsed = schema.safeParse(given);
    if (parsed.success) values[name] = parsed.data;
    else if (given === undefined) problems.push(`${name} is missing: ${schema.description ?? ''}`);
    else problems.push(`${name} ${parsed.error.issues[0]?.message ?? 'is wrong'}.`);
  }
  problems.push(...unknownSettings(environment));
  if (problems.length > 0) throw new ConfigurationError(problems.join(' '));
  return values as Configuration;
}
