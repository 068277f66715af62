import 'reflect-metadata';
import type { ErrorObject, SchemaObject } from 'ajv';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage';
import { validationMetadatasToSchemas } from 'class-validator-jsonschema';
import type { ISchemaConverters } from 'class-validator-jsonschema/build/defaultConverters';
import { rules } from './rules';

/** Prefix of the references between the schemas of DTOs. */
export const SCHEMA_PREFIX = '#/definitions/';

/** A validation error of Ajv. */
export type SchemaError = ErrorObject<string, Record<string, unknown>>;

/**
 * JSON Schemas of all DTOs by class name, made from their class-validator decorators. Fields that a DTO does not
 * declare are not allowed: a typo must not lose data.
 */
export function dtoSchemas(): Record<string, SchemaObject> {
  const ourConverters: ISchemaConverters = {};
  for (const { keyword } of rules) {
    ourConverters[keyword] = (meta) => ({ [keyword]: (meta.constraints as unknown[])[0] });
  }
  const schemas = validationMetadatasToSchemas({
    classTransformerMetadataStorage: defaultMetadataStorage,
    refPointerPrefix: SCHEMA_PREFIX,
    additionalConverters: ourConverters,
  });
  return Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, { ...schema, additionalProperties: false }]),
  );
}
