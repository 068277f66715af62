import { SEEDED_DAYS } from './seed';

/** Parameters of a list, by name. */
export type ListParameters = Readonly<Record<string, string>>;

/** A list that is asked for, under the names of its filters. */
export interface ListQuery {
  name: string;
  parameters: ListParameters;
}

const DAY_MS = 86_400_000;
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** The filters whose totals come from counts. The dates leave the older two thirds, and the newer two thirds. */
const COUNTED: ListParameters = {
  status: 'active',
  source: 'zendesk',
  tags: 'wins,losses',
  dateFrom: daysAgo(Math.round((SEEDED_DAYS * 2) / 3)),
  dateTo: daysAgo(Math.round(SEEDED_DAYS / 3)),
  showArchived: 'true',
  isHumanTakeover: 'true',
  isAnalyzed: 'false',
};

/** Those whose totals come from reading all that match. */
const READ: ListParameters = {
  name: '(invoice)',
  companyId: 'comp_0',
  contactId: 'cont_0',
  productScopeIds: 'scope_30,scope_31',
};

/** Filters one by one, and each with each, of those whose totals come from counts; and the list without any. */
export function countedQueries(): ListQuery[] {
  return [{ name: 'no filter', parameters: {} }, ...singlesAndPairs(Object.entries(COUNTED), [])];
}

/** The other filters one by one, and each with every filter. */
export function readQueries(): ListQuery[] {
  return singlesAndPairs(Object.entries(READ), Object.entries(COUNTED));
}

function singlesAndPairs(filters: [string, string][], partners: [string, string][]): ListQuery[] {
  return filters.flatMap(([name, value], index) => [
    { name, parameters: { [name]: value } },
    ...[...filters.slice(index + 1), ...partners].map(([other, otherValue]) => ({
      name: `${name} and ${other}`,
      parameters: { [name]: value, [other]: otherValue },
    })),
  ]);
}
