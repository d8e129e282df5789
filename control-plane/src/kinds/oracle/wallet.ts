/**
 * The authorities of a connection in the one form in which the driver's thin mode takes them: a text that it gives
 * to TLS as authorities, as own certificate and as own key alike. TLS refuses such a text without a key, so that a
 * certificate goes along which nobody knows: made when it is first needed, and gone with the process.
 */
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** @param ca PEM */
export function walletOf(ca: string): string {
  own ??= selfSigned();
  return `${own}\n${ca}`;
}

let own: string | undefined;

/** Certificate and key in PEM, the certificate first: TLS takes the first one for its own. */
function selfSigned(): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(tagged(0x31, sequence(commonName, tagged(0x0c, Buffer.from('patchbay')))));
  const validity = sequence(...['20000101000000Z', '20991231235959Z'].map((time) => tagged(0x18, Buffer.from(time))));
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(15)]);
  const body = sequence(
    tagged(0xa0, integer(Buffer.from([2]))), integer(serial), sequence(ecdsaWithSha256), name, validity, name, publicKey.export({ type: 'spki', format: 'der' }),
  );
  const signature = tagged(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', body, privateKey)]));
  const lines = sequence(body, sequence(ecdsaWithSha256), signature).toString('base64').match(/.{1,64}/g)!;
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n${privateKey.export({ type: 'pkcs8', format: 'pem' }) as string}`;
}

/** DER: the tag, the length, the content. */
function tagged(tag: number, content: Buffer): Buffer {
  const { length } = content;
  return Buffer.concat([Buffer.from(length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff]), content]);
}
const sequence = (...parts: Buffer[]): Buffer => tagged(0x30, Buffer.concat(parts));
const integer = (bytes: Buffer): Buffer => tagged(0x02, bytes);
/** Identifiers of objects: 2.5.4.3 and 1.2.840.10045.4.3.2. */
const commonName = Buffer.from('0603550403', 'hex');
const ecdsaWithSha256 = Buffer.from('06082a8648ce3d040302', 'hex');
