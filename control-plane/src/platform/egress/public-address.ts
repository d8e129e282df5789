/** Whether a provider on the Internet can reach this service at an address. */
import ipaddr from 'ipaddr.js';
import { createAddressPolicy } from './address.ts';

/** Names that the public DNS does not know. */
const privateName = /^[^.]+$|\.(localhost|local|internal|lan|home\.arpa|test|invalid)$/i;

/** @returns what keeps it from being reached, or others from reading along; undefined when nothing does */
export function obstacleTo(address: string): 'not_public' | 'not_encrypted' | undefined {
  const { protocol, hostname } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '');
  const isPublic = ipaddr.isValid(host) ? createAddressPolicy([]).allows(host, 443) : !privateName.test(host);
  if (!isPublic) return 'not_public';
  return protocol === 'https:' ? undefined : 'not_encrypted';
}
