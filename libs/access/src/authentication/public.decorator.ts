import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';

/** Metadata key that `@Public()` sets. */
export const PUBLIC = Symbol('PUBLIC');

/** A route, or a controller's routes, that need no API key. */
export function Public(): CustomDecorator<symbol> {
  return SetMetadata(PUBLIC, true);
}
