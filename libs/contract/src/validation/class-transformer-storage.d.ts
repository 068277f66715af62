/** class-transformer does not type the storage that class-validator-jsonschema needs to resolve nested DTOs. */
declare module 'class-transformer/cjs/storage' {
  import type { MetadataStorage } from 'class-transformer/types/MetadataStorage';
  export const defaultMetadataStorage: MetadataStorage;
}
