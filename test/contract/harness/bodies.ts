import type { Row } from './row';

/** A row for a body that is created as given, or with the fields shown. */
export function created(name: string, rule: string, json: object, session: object = json): Row {
  return { name, rule, request: { json }, expect: { status: 201, contains: { session } } };
}

/** A row for a body that is refused with a sentence that matches. */
export function refused(name: string, rule: string, json: object, ...error: RegExp[]): Row {
  return { name, rule, request: { json }, expect: { status: 400, error } };
}
