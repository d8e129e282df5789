/** Config fields of kinds that speak HTTP. */
import { z } from 'zod';

/** An http or https address without credentials in it: those have fields of their own, which are encrypted. */
export const httpUrl = z.url({ protocol: /^https?$/, error: 'Give an address that begins with https:// or http://' })
  .refine((value) => { const url = URL.parse(value); return !url || (url.username === '' && url.password === ''); }, {
    message: 'Leave the user name and password out of the address and give them in their own fields',
  });

/** In megabytes: how much of one answer is read. */
export const maxResponseField = z.int().min(1).max(1000).default(25).meta({
  title: 'Largest answer (MB)',
  description: 'A larger answer is refused, since it is held in memory',
  advanced: true,
  order: 890,
});

export const caCertificateField = z.string().min(1).optional().meta({
  title: 'CA certificate (PEM)',
  description: 'For a server whose certificate no public authority has signed',
  placeholder: '-----BEGIN CERTIFICATE-----',
  multiline: true,
  advanced: true,
  order: 880,
});

/**
 * A check for `.superRefine`: with this value of the field `authentication`, those fields have to be filled.
 * @example .superRefine(requiredWith({ basic: ['username', 'password'] }))
 */
export function requiredWith(rules: Record<string, readonly string[]>) {
  return (config: Record<string, unknown>, context: z.RefinementCtx): void => {
    const chosen = String(config['authentication']);
    for (const name of rules[chosen] ?? []) {
      if (config[name] === undefined || config[name] === '') {
        context.addIssue({ code: 'custom', path: [name], message: `is required with the authentication "${chosen}"` });
      }
    }
  };
}
