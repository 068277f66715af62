import type { ErrorDetail } from '../errors';
import type { SchemaError } from './schemas';

/** One sentence for a validation error of Ajv, naming the field and what is allowed. */
export function describeProblem(error: SchemaError): ErrorDetail {
  const field = fieldPath(error.instancePath);
  const { params } = error;
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = join(field, shortened(String(params.additionalProperty)));
      const owner = field === '' ? 'a session' : field;
      const allowed = Object.keys((error.parentSchema?.properties ?? {}) as object).join(', ');
      return sentence(name, `is not a field that ${owner} can have; it can have ${allowed}`);
    }
    case 'required':
      return sentence(join(field, String(params.missingProperty)), 'is required');
    case 'type':
      return sentence(field, `must be ${withArticle(params.type)}`);
    case 'enum':
      return sentence(
        field,
        `must be one of ${(params.allowedValues as string[]).join(', ')}${not(error.data)}`,
      );
    default:
      return typeof params.must === 'string'
        ? sentence(typeof params.at === 'string' ? field + shortened(params.at) : field, params.must)
        : sentence(field, error.message ?? 'is not valid');
  }
}

/** A problem's sentence: `field must ….`; the whole body is called `The body`. */
function sentence(field: string, must: string): ErrorDetail {
  return { field: field === '' ? 'body' : field, message: `${field === '' ? 'The body' : field} ${must}.` };
}

/** What a client made up, such as a name or a path of names, may be as long as the whole body. */
function shortened(name: string): string {
  return name.length <= 100 ? name : `${name.slice(0, 100)}…`;
}

/** Repeats a wrong value, so that a typo is seen at once. */
function not(value: unknown): string {
  return typeof value === 'string' ? `, not ${JSON.stringify(shortened(value))}` : '';
}

function withArticle(types: unknown): string {
  const names = [types].flat().map((type) => {
    if (type === 'null') return 'null';
    return type === 'object' ? 'a JSON object' : type === 'array' ? 'an array' : `a ${String(type)}`;
  });
  return names.join(' or ');
}

/** `/messages/3/content` as `messages[3].content`. */
function fieldPath(instancePath: string): string {
  return instancePath
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => (/^\d+$/.test(part) ? `${path}[${part}]` : join(path, part)), '');
}

function join(path: string, field: string): string {
  return path === '' ? field : `${path}.${field}`;
}
