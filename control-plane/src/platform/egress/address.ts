/** Which IP addresses may be dialled: public unicast ones, and what the operator allows by name. */
import ipaddr from 'ipaddr.js';

export interface AddressPolicy {
  /** True if a connection to this address and port may be made. */
  allows(address: string, port: number): boolean;
}

interface Rule {
  range: [ipaddr.IPv4 | ipaddr.IPv6, number];
  port?: number;
}

/**
 * @param allow what may be reached besides the public internet: `10.0.0.0/8`, `192.168.1.7`,
 *   `127.0.0.1:5432`, `[::1]:5432`, `fd00::/8`; or `*` for everything.
 */
export function createAddressPolicy(allow: readonly string[]): AddressPolicy {
  if (allow.includes('*')) return { allows: () => true };
  const rules = allow.map(parseRule);
  return {
    allows(address, port) {
      if (!ipaddr.isValid(address)) return false;
      const parsed = unmap(ipaddr.parse(address));
      if (isPublic(parsed)) return true;
      return rules.some(
        (rule) =>
          (rule.port === undefined || rule.port === port) &&
          rule.range[0].kind() === parsed.kind() &&
          parsed.match(rule.range as [ipaddr.IPv4, number] & [ipaddr.IPv6, number]),
      );
    },
  };
}

/** Throws a plain Error that names the rule when it cannot be read: settings are checked at start. */
function parseRule(text: string): Rule {
  const match = /^(?:\[(?<bracketed>[^\]]+)\]|(?<v4>[\d.]+)|(?<v6>[0-9a-fA-F:]+(?:\.\d+)*))(?:\/(?<bits>\d+))?(?::(?<port>\d+))?$/.exec(text.trim());
  const host = match?.groups?.['bracketed'] ?? match?.groups?.['v4'] ?? match?.groups?.['v6'];
  if (host === undefined || !ipaddr.isValid(host)) {
    throw new Error(`"${text}" is not an address rule; write an address or a network, with an optional port: 10.0.0.0/8, 127.0.0.1:5432, [::1]:5432`);
  }
  const address = ipaddr.parse(host);
  const full = address.kind() === 'ipv4' ? 32 : 128;
  const bits = Number(match?.groups?.['bits'] ?? full);
  if (bits > full) throw new Error(`"${text}" has a prefix longer than ${full} bits`);
  const port = match?.groups?.['port'];
  return { range: [address, bits], ...(port !== undefined && { port: Number(port) }) };
}

/** An IPv4 address in IPv6 clothes is judged as the IPv4 address it reaches. */
function unmap(address: ipaddr.IPv4 | ipaddr.IPv6): ipaddr.IPv4 | ipaddr.IPv6 {
  return address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
}

/** `unicast` is ipaddr.js's name for what is in no reserved range: not private, loopback, link-local, NAT64, 6to4, … */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return address.range() === 'unicast';
}
