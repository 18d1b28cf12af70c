import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/**
 * An IP address in the one form that it has everywhere in the gateway: IPv6 as RFC 5952 writes it, an IPv4-mapped one as IPv4,
 * without what a socket or a proxy may write around it (`203.0.113.9:51234`, `[2001:db8::1]:443`, `fe80::1%eth0`, quotes).
 *
 * @returns undefined when it is no address
 */
export function readAddress(text: string | undefined): string | undefined {
  // The usual form, which needs no parsing.
  if (text !== undefined && isIP(text) === 4) return text;
  return parse(text)?.toString();
}

/** @param range an address, or a range in CIDR form, which may be IPv4-mapped @returns false for what is no address */
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

/** What one stranger controls: an IPv4 address, or the /64 of an IPv6 host. @param address as read above */
export function networkOf(address: string): string {
  const parsed = parse(address);
  return parsed instanceof ipaddr.IPv6 ? `${parsed.parts.slice(0, 4).map(toHex).join(':')}::/64` : address;
}

export function isLoopback(address: string | undefined): boolean {
  // Asked of every request, mostly about these.
  if (address !== undefined && isIP(address) === 4) return address.startsWith('127.');
  return parse(address)?.range() === 'loopback';
}

/** True for an address that anybody on the internet may have: of no private, local, shared or reserved range. */
export function isPublicAddress(address: string): boolean {
  return parse(address)?.range() === 'unicast';
}

/** True for the names and addresses by which a machine reaches itself, in brackets or not. */
export function isLocalName(name: string): boolean {
  const lower = name.toLowerCase();
  return lower === 'localhost' || lower.endsWith('.localhost') || isLoopback(lower);
}

const toHex = (part: number) => part.toString(16);

function parse(text: string | undefined): Address | undefined {
  if (text === undefined) return undefined;
  const bare = withoutPort(text.trim().replaceAll('"', ''));
  // Node's own rules: the library would take `0177.1` and `2130706433` for addresses, too.
  if (isIP(bare) === 0) return undefined;
  return ipaddr.process(bare.split('%', 1)[0] ?? '');
}

function withoutPort(text: string): string {
  if (text.startsWith('[')) return text.slice(1, text.indexOf(']'));
  const colon = text.indexOf(':');
  return colon !== -1 && text.includes('.') && isIP(text.slice(0, colon)) === 4 ? text.slice(0, colon) : text;
}
