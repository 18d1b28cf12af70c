import { describe, expect, test } from 'vitest';
import { isAddressWithin, isLoopback, isPublicAddress, networkOf, readAddress } from './network-address.ts';

describe('the canonical form of an address', () => {
  test.each([
    ['203.0.113.9', '203.0.113.9'],
    ['203.0.113.9:51234', '203.0.113.9'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['"[2001:DB8:0:0::1]:4711"', '2001:db8::1'],
    ['2001:0db8:0000::0001', '2001:db8::1'],
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['::ffff:cb00:7109', '203.0.113.9'],
    ['[::ffff:203.0.113.9]:80', '203.0.113.9'],
    ['fe80::1%eth0', 'fe80::1'],
    [' 10.0.0.1 ', '10.0.0.1'],
  ])('%s', (text, address) => {
    expect(readAddress(text)).toBe(address);
  });

  test.each(['', 'unknown', '_hidden', '1.2.3', '0177.0.0.1', '2130706433', '1.2.3.4.5', ':443', '[]:1'])(
    '%j is none',
    (text) => {
      expect(readAddress(text)).toBeUndefined();
    },
  );
});

describe('ranges', () => {
  test.each([
    ['203.0.113.9', '203.0.113.0/24', true],
    ['203.0.114.9', '203.0.113.0/24', false],
    ['2001:db8::1', '2001:db8::/32', true],
    ['2001:db9::1', '2001:db8::/32', false],
    ['10.1.2.3', '::ffff:10.0.0.0/104', true],
    ['11.1.2.3', '::ffff:10.0.0.0/104', false],
    ['10.0.0.1', '10.0.0.1', true],
    ['10.0.0.2', '10.0.0.1', false],
    ['10.0.0.1', '::/0', false],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['', '0.0.0.0/0', false],
    ['10.0.0.1', '10.0.0.1/99', false],
  ])('%s in %s: %s', (address, range, within) => {
    expect(isAddressWithin(address, range)).toBe(within);
  });
});

test('the network of one user: an IPv4 address, or a /64', () => {
  expect(networkOf('10.0.0.1')).toBe('10.0.0.1');
  expect(networkOf('2001:db8::1')).toBe(networkOf('2001:db8::ffff:1'));
  expect(networkOf('2001:db8::1')).not.toBe(networkOf('2001:db8:0:1::1'));
});

test('public addresses', () => {
  expect(['8.8.8.8', '2606:4700::1111', '::ffff:8.8.8.8'].every(isPublicAddress)).toBe(true);
  const others = ['0.0.0.0', '10.0.0.1', '100.64.0.1', '169.254.169.254', '::', '::1', '::7f00:1', '::ffff:7f00:1'];
  const translated = ['64:ff9b::7f00:1', '64:ff9b:1::7f00:1', '2002:7f00:1::', '2001::1'];
  const reserved = ['fe80::1', 'fd00:ec2::254', '2001:db8::1', '4000::1', '100::1', 'ff02::1', '', 'localhost'];
  expect([...others, ...translated, ...reserved].filter(isPublicAddress)).toEqual([]);
});

test('loopback', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1', '::ffff:127.0.0.1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '::2', '', undefined, '10.0.0.1'].some(isLoopback)).toBe(false);
});
