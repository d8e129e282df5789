/** Fields of the kinds that send e-mail. */
import { z } from 'zod';

const address = String.raw`[^\s@<>"(),:;\\[\]]+@[^\s@<>"(),:;\\]+`;

/** A sender: an address, with a name or without. */
export const sender = z.string().min(3).max(998).regex(new RegExp(`^\\s*(?:[^<>]*<\\s*${address}\\s*>|${address})\\s*$`), 'Give an e-mail address, such as Acme <hello@example.com>');
