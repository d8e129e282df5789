import { email } from '../../categories/email.ts';
import { checkMessage } from './message.ts';

const check = (input: object, from: string | undefined = 'Acme <sender@example.com>') =>
  checkMessage(email.operations.send.input.parse({ to: 'ada@example.com', text: 'Hello', ...input }), from);

test('parses addresses with names, lists and the default sender', () => {
  expect(check({ to: ['Ada <ada@example.com>', 'b@example.com, "C, D" <c@example.com>'], cc: 'd@bücher.example', reply_to: 'r@example.com' })).toEqual({
    from: { name: 'Acme', address: 'sender@example.com' },
    to: [{ name: 'Ada', address: 'ada@example.com' }, { name: '', address: 'b@example.com' }, { name: 'C, D', address: 'c@example.com' }],
    cc: [{ name: '', address: 'd@bücher.example' }],
    bcc: [], reply_to: [{ name: '', address: 'r@example.com' }], subject: '', text: 'Hello', headers: {}, attachments: [],
  });
});

test('takes attachments from Base64', () => {
  const { attachments } = check({ attachments: [{ filename: 'a.txt', content_type: 'text/plain; charset=utf-8', content_base64: 'aGk=' }] });
  expect(attachments).toEqual([{ filename: 'a.txt', content_type: 'text/plain; charset=utf-8', content: Buffer.from('hi') }]);
});

test.each([
  [{ to: 'ada@example.com\r\nBcc: evil@example.com' }, 'to'],
  [{ to: ['ada@example.com', 'nobody'] }, 'to.1'],
  [{ cc: 'a@b@c' }, 'cc'],
  [{ bcc: 'a b@example.com,' }, 'bcc'],
  [{ from: 'a@example.com, b@example.com' }, 'from'],
  [{ from: 'x\ny@example.com' }, 'from'],
  [{ reply_to: 'Name\u0000 <a@example.com>' }, 'reply_to'],
  [{ subject: 'Hi\r\nBcc: evil@example.com' }, 'subject'],
  [{ headers: { 'X-A': 'b\nBcc: evil@example.com' } }, 'headers.X-A'],
  [{ headers: { 'X-A: b\r\nBcc': 'evil@example.com' } }, 'headers'],
  [{ headers: { bCC: 'evil@example.com' } }, 'headers.bCC'],
  [{ headers: { 'Content-Type': 'text/html' } }, 'headers.Content-Type'],
  [{ attachments: [{ filename: 'a\r\nX: y', content_base64: 'aGk=' }] }, 'attachments.0.filename'],
  [{ attachments: [{ filename: 'a', content_type: 'text/plain\r\nX: y', content_base64: 'aGk=' }] }, 'attachments.0.content_type'],
])('refuses %j', (input, field) => {
  expect(() => check(input)).toThrow(expect.objectContaining({ code: 'invalid_request', fields: [expect.objectContaining({ path: field })] }));
});

test('names every wrong field at once', () => {
  expect(() => check({ to: 'nobody', subject: '\n' })).toThrow('The message cannot be sent: to is no e-mail address; subject has a line break');
});

test('without any sender the connector is at fault', () => {
  expect(() => checkMessage(email.operations.send.input.parse({ to: 'ada@example.com', text: 'x' }), undefined)).toThrow(expect.objectContaining({ code: 'invalid_config' }));
});
