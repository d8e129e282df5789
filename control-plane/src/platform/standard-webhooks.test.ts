import { isSame, newSigningSecret, signingKey, webhookHeaders } from './standard-webhooks.ts';

// The vector that the libraries of Standard Webhooks are tested with.
const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';

test('signs as the test vector of Standard Webhooks says', () => {
  expect(webhookHeaders(id, 1614265330, '{"test": 2432232314}', [secret])).toEqual({
    'webhook-id': id, 'webhook-timestamp': '1614265330', 'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('several secrets sign side by side, none leaves the message unsigned', () => {
  const both = webhookHeaders(id, 1614265330, '{}', [newSigningSecret(), secret])['webhook-signature']!.split(' ');
  expect(both).toEqual([expect.stringMatching(/^v1,[\w+/]{43}=$/), webhookHeaders(id, 1614265330, '{}', [secret])['webhook-signature']]);
  expect(both[0]).not.toBe(both[1]);
  expect(webhookHeaders(id, 1614265330, '{}', [])).toEqual({ 'webhook-id': id, 'webhook-timestamp': '1614265330' });
});

test('a secret is 32 random bytes; one without the prefix is taken as text', () => {
  expect(signingKey(newSigningSecret())).toHaveLength(32);
  expect(signingKey('a plain passphrase').toString()).toBe('a plain passphrase');
});

test('texts of different lengths are compared without an error', () => {
  expect([isSame('abc', 'abc'), isSame('abc', 'abd'), isSame('abc', 'abcd'), isSame('', '')]).toEqual([true, false, false, true]);
});
