import { webcrypto } from 'node:crypto';
import { newSecret } from '../../admin/secrets.js';

/** How long the platform's own certificates last. Unit: ms. */
const LIFE_MS = 5 * 365 * 86_400_000;

const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  modulusLength: 2048,
  publicExponent: new Uint8Array([1, 0, 1]),
} as const;

export interface Certificate {
  /** 32 hex digits: the number that responses carry, and the X.509 serial too. */
  number: string;
  /** PEM. */
  certificate: string;
  /** PEM, PKCS#8. */
  privateKey: string;
}

/** A new RSA key pair with a certificate signed by itself, since clients are configured with a certificate file. */
export async function issueCertificate(nowMs: number): Promise<Certificate> {
  // Loaded when it is needed, which is hardly ever: it takes a while, and it wants the first of the two to be there.
  await import('reflect-metadata');
  const { PemConverter, X509CertificateGenerator } = await import('@peculiar/x509');
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const number = `4${newSecret().slice(1)}`; // X.509 serials are positive, so the first bit is 0
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: number,
    name: 'CN=Minilens',
    notBefore: new Date(nowMs),
    notAfter: new Date(nowMs + LIFE_MS),
    signingAlgorithm: ALGORITHM,
    keys,
  });
  const privateKey = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    number,
    certificate: `${certificate.toString('pem').trim()}\n`,
    privateKey: `${PemConverter.encode(privateKey, 'PRIVATE KEY').trim()}\n`,
  };
}
