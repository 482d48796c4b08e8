import { constants, createPublicKey, type KeyObject, sign as signRsa, verify as verifyRsa } from 'node:crypto';
import { sm2 } from 'sm-crypto-v2';

export const SIGNATURE_ALGORITHMS = ['RSAwithSHA256', 'SM2withSM3'] as const;
export type SignatureAlgorithm = (typeof SIGNATURE_ALGORITHMS)[number];

/** One half of a key pair with the serial under which the other side knows it. */
export interface SignatureKey {
  /** 32 hex digits. For SM2 it is the user id of the signature too. */
  serial: string;
  key: KeyObject;
}

/** RSASSA-PSS with SHA-256 and a salt of 32 bytes. */
const PSS = { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } as const;

/** The curve of SM2, 1.2.156.10197.1.301, as every form of its keys holds it. */
const SM2_CURVE = Buffer.from('06082a811ccf5501822d', 'hex');

/** Undefined for keys that neither algorithm takes. */
export function algorithmOf(key: KeyObject): SignatureAlgorithm | undefined {
  if (key.asymmetricKeyType === 'rsa') return 'RSAwithSHA256';
  return derOf(key).includes(SM2_CURVE) ? 'SM2withSM3' : undefined;
}

/** Signs by the algorithm that the private key is made for. Two signatures of one message differ. */
export function sign({ key, serial }: SignatureKey, message: Uint8Array): Uint8Array {
  if (algorithmOf(key) !== 'SM2withSM3') return signRsa('sha256', message, { key, ...PSS });
  const publicKey = sm2PublicPoint(createPublicKey(key));
  return Buffer.from(
    sm2.doSignature(message, sm2PrivateNumber(key), { publicKey, userId: serial, hash: true, der: true }),
    'hex',
  );
}

/** Whether the holder of the other half signed exactly this message. */
export function verify({ key, serial }: SignatureKey, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    if (algorithmOf(key) !== 'SM2withSM3') return verifyRsa('sha256', message, { key, ...PSS }, signature);
    const hex = Buffer.from(signature).toString('hex');
    return sm2.doVerifySignature(message, hex, sm2PublicPoint(key), { userId: serial, hash: true, der: true });
  } catch {
    return false; // not even the form of a signature
  }
}

// The OpenSSL that Node 20 brings signs by SM2 only with its own user id, so it just reads the keys: the number stands
// behind 36 bytes of one form, the point with a leading 04 at the end of the other. Any other form ends the process.
const derOf = (key: KeyObject) =>
  key.type === 'private' ? key.export({ type: 'pkcs8', format: 'der' }) : key.export({ type: 'spki', format: 'der' });
const sm2PrivateNumber = (key: KeyObject) => derOf(key).subarray(36, 68).toString('hex');
const sm2PublicPoint = (key: KeyObject) => derOf(key).subarray(-65).toString('hex');
