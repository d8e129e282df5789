import { webhookHeaders } from './authentication.ts';

test('signs as the test vector of Standard Webhooks says', () => {
  const headers = webhookHeaders('msg_p5jXN8AQM9LWM0D4loKWxJek', 1614265330, '{"test": 2432232314}', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTt/tmVKtSyZlE3uFJELVlNIOLJ1OE0=',
  });
});
