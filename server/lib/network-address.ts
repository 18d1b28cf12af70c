import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * Parses an IP address into the form used throughout the gateway: IPv6 as in RFC 5952, IPv4-mapped addresses as IPv4.
 * Ignores what sockets and proxies add (`203.0.113.9:51234`, `[2001:db8::1]:443`, `fe80::1%eth0`, quotes).
 *
 * @returns undefined if it is not an address
 */
export function readAddress(text: string | undefined): string | undefined {
  // The most common form needs no parsing.
  if (text !== undefined && isIP(text) === 4) return text;
  return parse(text)?.toString();
}

/** @param range an address or CIDR range, possibly IPv4-mapped @returns false if either is invalid */
export function isAddressWithin(address: string, range: string): boolean {
  const client = parse(address);
  const [network = '', length] = range.split('/');
  const parsed = parse(network);
  if (client === undefined || parsed === undefined) return false;
  const bits = parsed.kind() === 'ipv4' ? 32 : 128;
  // `::ffff:10.0.0.0/104` means 10.0.0.0/8.
  const mappedBits = isIP(network) === 6 && parsed.kind() === 'ipv4' ? 96 : 0;
  const prefix = length === undefined ? bits : Number(length) - mappedBits;
  return prefix >= 0 && prefix <= bits && client.kind() === parsed.kind() && client.match(parsed, prefix);
}

/**
 * The network that a single user controls: an IPv4 address, or the /64 of an IPv6 address. @param address as returned
 * by `readAddress`
 */
export function networkOf(address: string): string {
  const parsed = parse(address);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).map(toHex).join(':')}::/64` : address;
}

export function isLoopback(address: string | undefined): boolean {
  // Fast path: this is called for every request, mostly with IPv4 addresses.
  if (address !== undefined && isIP(address) === 4) return address.startsWith('127.');
  return parse(address)?.range() === 'loopback';
}

/** The only IPv6 addresses that IANA has assigned for use on the internet. */
const publicIPv6 = '2000::/3';

/** Whether an address is publicly routable: not in a private, local, shared or reserved range. */
export function isPublicAddress(address: string): boolean {
  const parsed = parse(address);
  return parsed?.range() === 'unicast' && (parsed.kind() === 'ipv4' || isAddressWithin(address, publicIPv6));
}

/** Whether a host name or address, with or without brackets, refers to the local machine. */
export function isLocalName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'localhost' || lower.endsWith('.localhost') || isLoopback(lower);
}

const toHex = (part: number) => part.toString(16);

function parse(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  const bare = withoutPort(text.trim().replaceAll('"', ''));
  // Follow Node's rules: the library would also accept `0177.1` and `2130706433`.
  if (isIP(bare) === 0) return undefined;
  return ipaddr.process(bare.split('%', 1)[0] ?? '');
}

function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1, text.indexOf(']'));
  const colon = text.indexOf(':');
  return colon !== -1 && text.includes('.') && isIP(text.slice(0, colon)) === 4 ? text.slice(0, colon) : text;
}
