import { Ajv } from 'ajv';
import type { SchemaObject } from 'ajv';
import { MAX_DETAILS } from '../errors';
import type { ErrorDetail } from '../errors';
import type { Limits } from '../limits';
import type { Problem } from './json-value';
import type { Rule } from './rules';
import { rules } from './rules';
import { dtoSchemas, SCHEMA_PREFIX } from './schemas';
import type { SchemaError } from './schemas';
import { describeProblem } from './sentences';

/** A function that Ajv compiled, and what it found wrong with the body it was last given. */
interface Check {
  (body: unknown): boolean;
  errors?: SchemaError[] | null;
}

/** The verdict on a body: nothing, or what is wrong with it. */
export type Verdict = { valid: true } | { valid: false; details: [ErrorDetail, ...ErrorDetail[]] };

/**
 * Validates bodies against a DTO by a function that Ajv compiles once from the DTO's class-validator decorators.
 * Measured on the documented example: class-validator with class-transformer 190 µs a body, Ajv about 5 µs.
 */
export class BodyValidator<Dto> {
  private readonly first: Check;
  private readonly all: Check;

  /**
   * @param dto the DTO's class
   * @param limits the sizes that are configured
   */
  constructor(dto: new () => Dto & object, limits: Limits) {
    const definitions = dtoSchemas();
    const schema: SchemaObject = { definitions, $ref: `${SCHEMA_PREFIX}${dto.name}` };
    this.first = newAjv(limits, false).compile(schema) as Check;
    this.all = newAjv(limits, true).compile(schema) as Check;
  }

  /** Never throws. On a good body it stops nowhere; all problems are looked for only on a bad one. */
  check(body: unknown): Verdict {
    if (this.first(body)) return { valid: true };
    const firstErrors = this.first.errors ?? [];
    this.all(withShortArrays(body, firstErrors[0]?.instancePath ?? ''));
    const details: ErrorDetail[] = [];
    for (const error of withoutPlainTypes([...(this.all.errors ?? []), ...firstErrors])) {
      const detail = describeProblem(error);
      if (details.every((known) => known.message !== detail.message)) details.push(detail);
      if (details.length === MAX_DETAILS) break;
    }
    return { valid: false, details: details as [ErrorDetail, ...ErrorDetail[]] };
  }
}

/** Keys of an object that are looked at for further problems: 10 MiB can hold 400,000 wrong ones. */
const MAX_KEYS = 1000;

/**
 * The body with its arrays cut soon after the first problem. Ajv copies its list of problems for each one it adds: a
 * transcript of 20,000 bad messages took it 11 s, in which nobody else was served.
 */
function withShortArrays(body: unknown, firstProblem: string, depth = 0): unknown {
  const [, next = '', ...rest] = firstProblem.split('/');
  if (Array.isArray(body)) return (body as unknown[]).slice(0, (Number(next) || 0) + MAX_DETAILS);
  if (typeof body !== 'object' || body === null || depth > 1) return body;
  return Object.fromEntries(
    Object.entries(body)
      .slice(0, MAX_KEYS)
      .map(([key, value]) => [
        key,
        withShortArrays(value, key === next ? `/${rest.join('/')}` : '', depth + 1),
      ]),
  );
}

/** Where a value is none of those that are allowed, that says more than that it is of the wrong type. */
function withoutPlainTypes(errors: readonly SchemaError[]): SchemaError[] {
  const explained = new Set(
    errors.filter(({ keyword }) => keyword === 'enum').map((error) => error.instancePath),
  );
  return errors.filter(({ keyword, instancePath }) => keyword !== 'type' || !explained.has(instancePath));
}

function newAjv(limits: Limits, allErrors: boolean): Ajv {
  const ajv = new Ajv({
    allErrors,
    strict: true,
    strictTypes: false,
    allowUnionTypes: true,
    verbose: true,
  });
  for (const rule of rules) addRule(ajv, rule, limits);
  return ajv;
}

function addRule(ajv: Ajv, rule: Rule, limits: Limits): void {
  const validate = (
    argument: unknown,
    value: unknown,
    _schema: unknown,
    context?: { parentData: Record<string, unknown> },
  ): boolean => {
    const problem = rule.check(value as never, argument as never, limits, context?.parentData ?? {});
    if (problem === null) return true;
    Object.assign(validate, { errors: [{ keyword: rule.keyword, params: problem satisfies Problem }] });
    return false;
  };
  ajv.addKeyword({ keyword: rule.keyword, type: rule.type, validate, errors: true });
}
