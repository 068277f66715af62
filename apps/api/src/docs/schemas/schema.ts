/** A schema, or another object of an OpenAPI 3.1 document. A test checks the whole against the specification. */
export type OpenApiObject = Readonly<Record<string, unknown>>;

/** Points to a component of the document. */
export function ref(kind: 'schemas' | 'responses' | 'headers', name: string): OpenApiObject {
  return { $ref: `#/components/${kind}/${name}` };
}

/** A number of bytes as people write it: `10 MiB`. */
export function inBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB'];
  let size = bytes;
  let unit = 0;
  while (unit < units.length - 1 && size % 1024 === 0) {
    size /= 1024;
    unit += 1;
  }
  return `${size} ${units[unit]}`;
}
