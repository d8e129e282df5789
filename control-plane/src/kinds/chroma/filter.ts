/** Conditions as Chroma takes them. Source: https://docs.trychroma.com/docs/querying-collections/metadata-filtering */
import type { Filter } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';

const operators: Partial<Record<Filter['operator'], string>> = { '=': '$eq', '!=': '$ne', '<': '$lt', '<=': '$lte', '>': '$gt', '>=': '$gte', in: '$in' };

/** @returns undefined where there is no condition */
export function whereOf(filters: readonly Filter[] = []): Record<string, unknown> | undefined {
  const conditions = filters.map(({ field, operator, value }, index) => {
    const name = operators[operator];
    if (name === undefined) {
      throw new PatchbayError('invalid_query', `Chroma has no operator "${operator}" for metadata.`, {
        hint: `Use one of ${Object.keys(operators).join(' ')}.`, fields: [{ path: `filter.${index}.operator`, message: 'is not known to Chroma' }],
      });
    }
    return { [field]: { [name]: value } };
  });
  return conditions.length > 1 ? { $and: conditions } : conditions[0];
}
