/**
 * An example of a kind from outside: mail by a loft of carrier pigeons, which takes letters by HTTP.
 * Plain JavaScript, no import: everything comes with the toolkit.
 *
 * @param {import('../../../control-plane/src/kinds/outside.ts').Toolkit} toolkit
 */
export default function pigeon({ z, categories, createHttpClient, bearerAuthentication, defineKind, secret, timeoutField }) {
  return defineKind({
    kind: 'pigeon',
    label: 'Carrier pigeon',
    description: 'Letters that a loft of pigeons delivers, RFC 1149 in spirit',
    category: categories.email,
    documentation_url: 'https://www.rfc-editor.org/rfc/rfc1149',
    peer: { class: 'protocol peer', name: 'a loft of this example’s own' },
    config: z.strictObject({
      loft_url: z.url().meta({ title: 'Loft URL', destination: true, order: 1, placeholder: 'https://loft.example.com' }),
      token: secret(z.string().min(1)).meta({ title: 'Token', order: 2 }),
      timeout: timeoutField,
    }),
    async open(config, { egress }) {
      const loft = createHttpClient({
        egress, base_url: config.loft_url, backend: 'The loft', authentication: bearerAuthentication(config.token),
      });
      return {
        async test({ signal }) {
          const answer = await loft.request({ path: '/pigeons', signal });
          return { message: `${answer.json().pigeons} pigeons are ready` };
        },
        async send(message, { signal }) {
          const letter = { to: message.to, subject: message.subject, text: message.text ?? message.html };
          const answer = await loft.request({ method: 'POST', path: '/letters', json: letter, signal });
          return { message_id: answer.json().letter, accepted: message.to, rejected: [] };
        },
        async close() {},
      };
    },
  });
}
