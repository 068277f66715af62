import { MAX_JSON_DEPTH } from '../limits';

/** What is wrong with a value, and where in it. */
export interface Problem {
  /** Path below the checked value, such as `.address[2]`; empty for the value itself. */
  at: string;
  /** The rest of a sentence that begins with the field: `must …`. */
  must: string;
}

/** What text must be to be stored unchanged; null when it is. */
export function textProblem(text: string): string | null {
  if (text.includes('\u0000')) return 'must not contain the character U+0000';
  if (!text.isWellFormed()) return 'must be well-formed Unicode, without half of a surrogate pair';
  return null;
}

/** The one problem that is told of the whole value, since its path would be as long as it is deep. */
const TOO_DEEP: Problem = { at: '', must: `must not be nested deeper than ${MAX_JSON_DEPTH} levels` };

/**
 * The smallest number but 0. Postgres writes numbers out, so one of 1e-300 would come back as 300 digits, and 64 KiB of them
 * as megabytes. No number of single precision is smaller. To JavaScript 1e-400 is 0 already.
 */
const SMALLEST = 1e-50;

/**
 * Why a JSON value cannot be stored and given back with the same meaning; null when it can. Refuses text that Postgres
 * cannot hold, nesting beyond 32 levels, and numbers that JavaScript had to round to another integer or could not hold
 * (beyond 2^53, 1e400), since rounding them would change a customer's data without a word, or that would be written out
 * at great length.
 */
export function jsonProblem(value: unknown, depth = 1): Problem | null {
  if (typeof value === 'string') {
    const must = textProblem(value);
    return must === null ? null : { at: '', must };
  }
  if (typeof value === 'number') {
    const must = numberProblem(value);
    return must === null ? null : { at: '', must };
  }
  if (typeof value !== 'object' || value === null) return null;
  if (depth > MAX_JSON_DEPTH) return TOO_DEEP;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const problem = jsonProblem(item, depth + 1);
      if (problem !== null) return within(`[${index}]`, problem);
    }
    return null;
  }
  for (const [key, item] of Object.entries(value)) {
    const must = textProblem(key);
    if (must !== null) return { at: '', must: `has a key that ${must}` };
    const problem = jsonProblem(item, depth + 1);
    if (problem !== null) return within(`.${key}`, problem);
  }
  return null;
}

function numberProblem(value: number): string | null {
  const exact = Number.isInteger(value) ? Number.isSafeInteger(value) : Number.isFinite(value);
  if (!exact) return 'is a number too large to be kept exactly; send it as a string';
  if (value !== 0 && Math.abs(value) < SMALLEST)
    return `is a number closer to 0 than ${SMALLEST}; send it as a string`;
  return null;
}

/** Paths are put together on the way out, so that values without a problem have none made. */
function within(step: string, problem: Problem): Problem {
  return problem === TOO_DEEP ? problem : { ...problem, at: step + problem.at };
}
