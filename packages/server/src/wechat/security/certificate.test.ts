import { createPrivateKey, X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { issueCertificate } from './certificate.js';

const NOW = Date.UTC(2026, 10, 24, 4);

test('a certificate is one for others, carries its number as serial, and belongs to the private key', async () => {
  const { number, certificate, privateKey } = await issueCertificate(NOW);
  const read = new X509Certificate(certificate);
  expect(number).toMatch(/^[0-9a-f]{32}$/);
  expect(read.serialNumber.toLowerCase()).toBe(number);
  expect(read.subject).toBe('CN=Minilens');
  expect([Date.parse(read.validFrom), Date.parse(read.validTo)]).toEqual([NOW, NOW + 5 * 365 * 86_400_000]);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.checkPrivateKey(createPrivateKey(privateKey))).toBe(true);
  expect(read.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
});
