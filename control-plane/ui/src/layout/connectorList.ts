/**
 * Where in the list of connectors one was before looking at some of them: its filters and how far it was scrolled.
 * What leads back there leads to that place, until one goes somewhere else.
 */
import { useLayoutEffect } from 'react';

interface Location {
  pathname: string;
  search: Record<string, unknown>;
}

const list = '/connectors';
let place: { search: Record<string, unknown>; top: number } | undefined;
/** How far the list is to be scrolled when it comes. */
let target: number | undefined;

const told = (search: Record<string, unknown>) => JSON.stringify(Object.entries(search).filter(([, value]) => value !== undefined && value !== '').sort());

/** To be told of each change of the path, before the page changes. */
export function rememberPlace(from: Location, to: Location): void {
  const isBelow = ({ pathname }: Location) => pathname.startsWith(`${list}/`);
  if (from.pathname === list) place = { search: from.search, top: window.scrollY };
  if (to.pathname !== list && !isBelow(to)) place = undefined;
  target = to.pathname === list && isBelow(from) ? (place && told(place.search) === told(to.search) ? place.top : 0) : undefined;
}

/** The list’s filters as they were. The chosen tenant goes along by itself. */
export function filtersOfList(): Record<string, unknown> {
  const { tenant: _, ...filters } = place?.search ?? {};
  return filters;
}

/** @param isReady the rows are there to be scrolled to */
export function useReturn(isReady: boolean): void {
  useLayoutEffect(() => {
    if (!isReady || target === undefined) return;
    window.scrollTo(0, target);
    target = undefined;
  }, [isReady]);
}
