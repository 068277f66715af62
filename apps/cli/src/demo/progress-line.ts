import { grouped } from '../numbers';

const BAR_WIDTH = 24;

/** How far the sessions of the demo are. */
export interface Counts {
  accepted: number;
  persisted: number;
  searchable: number;
}

/** The counts as one line, with a bar. */
export function progressLine({ accepted, persisted, searchable }: Counts, total: number): string {
  const filled = Math.floor((accepted / total) * BAR_WIDTH);
  const bar = '█'.repeat(filled) + '░'.repeat(BAR_WIDTH - filled);
  return `${bar} accepted ${grouped(accepted)} · persisted ${grouped(persisted)} · searchable ${grouped(searchable)} of ${grouped(total)}`;
}
