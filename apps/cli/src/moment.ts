import { z } from 'zod';
import { UsageError } from './errors';

const DATE = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/** The moment that an option such as `--before` names: a date (its beginning, UTC) or a time with its zone. */
export function parseMoment(option: string, text: string): Date {
  if (DATE.safeParse(text).success) return new Date(text);
  throw new UsageError(
    `${option} must be a date such as 2027-01-01, or a time with its zone such as 2027-01-01T12:00:00Z.`,
  );
}
