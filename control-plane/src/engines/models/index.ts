/** What `discover` answers where a backend lists all that it has at once: pages are cut here. */
import type { z } from 'zod';
import type { discoverInput, Model } from '../../categories/shared.ts';
import { PatchbayError } from '../../platform/errors.ts';

/** The models in the order of their names, from after the cursor; or the one that was asked for. */
export function pageOfModels(models: readonly Model[], { model, search, limit, cursor }: z.output<typeof discoverInput>): { models: Model[]; next_cursor?: string } {
  if (model !== undefined) {
    const found = models.filter(({ name }) => name === model);
    if (found.length === 0) throw noSuchModel('model', model);
    return { models: found };
  }
  const wanted = models
    .filter(({ name }) => (search === undefined || name.toLowerCase().includes(search.toLowerCase())) && (cursor === undefined || name > cursor))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = wanted.slice(0, limit);
  return { models: page, ...(wanted.length > limit && { next_cursor: page.at(-1)!.name }) };
}

/** @param what as the backend calls it: `model`, `collection` */
export function noSuchModel(what: string, name: string): PatchbayError {
  return new PatchbayError('model_not_found', `There is no ${what} "${name}".`, { hint: 'Take one of those that discover lists.' });
}
