/** Config fields of kinds that sign in by OAuth 2.0. */
import { z } from 'zod';

/** Scopes as a person writes them: separated by spaces, commas or lines. */
export function scopesIn(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter(Boolean);
}

const parameters = z.record(z.string().min(1), z.string());

/** Further parameters of a provider's addresses. Not for secrets. */
export const parametersField = (title: string, description: string) => parameters.optional().meta({ title, description, advanced: true });
