import { CreateSessionDto, dtoSchemas, MAX_JSON_DEPTH, SCHEMA_PREFIX } from '@sessions/contract';
import type { Limits } from '@sessions/contract';
import { inBytes, ref } from './schema';
import type { OpenApiObject } from './schema';

/** What a keyword of our own means to other tools: standard keywords, and what those cannot say. */
interface Meaning {
  keywords?: OpenApiObject;
  sentence?: string;
}

/**
 * The keywords of our own rules in standard JSON Schema. A limit of bytes becomes one of characters, which is never
 * stricter, and a sentence. `togetherWith` is said by the object around the field.
 */
const MEANINGS: Readonly<Record<string, (argument: unknown, limits: Limits) => Meaning>> = {
  storableText: () => ({}),
  togetherWith: () => ({}),
  notEmptyText: () => ({ keywords: { minLength: 1 } }),
  notBlankText: () => ({ keywords: { pattern: '\\S' } }),
  iso8601: () => ({ keywords: { format: 'date-time' } }),
  emailAddress: () => ({ keywords: { format: 'email', maxLength: 320 } }),
  maxUtf8Bytes: (limit, limits) => ({
    keywords: { maxLength: limits[limit as keyof Limits] },
    sentence: `At most ${inBytes(limits[limit as keyof Limits])} of UTF-8.`,
  }),
  maxCount: (limit, limits) => ({ keywords: { maxItems: limits[limit as keyof Limits] } }),
  storableJson: (limit, limits) => ({
    sentence:
      `At most ${inBytes(limits[limit as keyof Limits])} of JSON, at most ${MAX_JSON_DEPTH} levels deep. Values keep ` +
      'their JSON types. Integers beyond 2^53 are refused, since they would be rounded: send them as strings.',
  }),
};

/** The schemas of request bodies by their names in the document, made from what validates requests. */
export function requestSchemas(limits: Limits): Record<string, OpenApiObject> {
  return Object.fromEntries(
    Object.entries(dtoSchemas()).map(([name, schema]) => [publicName(name), objectSchema(schema, limits)]),
  );
}

/** The schema of a session to create. */
export const CREATE_SESSION = ref('schemas', publicName(CreateSessionDto.name));

function publicName(className: string): string {
  return className.replace(/Dto$/, '');
}

function objectSchema(schema: OpenApiObject, limits: Limits): OpenApiObject {
  const properties = Object.entries(schema.properties as Record<string, OpenApiObject>);
  const together = properties.filter(([, property]) => property.togetherWith !== undefined);
  return {
    ...schema,
    properties: Object.fromEntries(
      properties.map(([name, property]) => [name, fieldSchema(property, limits)]),
    ),
    ...(together.length > 0 && {
      dependentRequired: Object.fromEntries(
        together.map(([name, property]) => [name, [property.togetherWith]]),
      ),
    }),
  };
}

function fieldSchema(field: OpenApiObject, limits: Limits): OpenApiObject {
  const { $ref, type, nullable, items, description, ...keywords } = field;
  if (typeof $ref === 'string') {
    return {
      ...ref('schemas', publicName($ref.slice(SCHEMA_PREFIX.length))),
      ...(description !== undefined && { description }),
    };
  }
  const translated: Record<string, unknown> = { type: nullable === true ? [type, 'null'] : type };
  if (items !== undefined) translated.items = fieldSchema(items as OpenApiObject, limits);
  const sentences = typeof description === 'string' ? [description] : [];
  for (const [keyword, argument] of Object.entries(keywords)) {
    const meaning = MEANINGS[keyword]?.(argument, limits) ?? { keywords: { [keyword]: argument } };
    Object.assign(translated, meaning.keywords);
    if (meaning.sentence !== undefined) sentences.push(meaning.sentence);
  }
  if (sentences.length > 0) translated.description = sentences.join(' ');
  return translated;
}
