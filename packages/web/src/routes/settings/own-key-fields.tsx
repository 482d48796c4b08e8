import { Checkbox, Form, Input } from 'antd';
import { useCopy } from '../../appearance/appearance';

/** As in the contract, whose schemas the browser does not load. */
const SERIAL = /^[0-9A-Za-z]{1,64}$/;
const MOST_CHARACTERS = 8_192;

export interface OwnKeyValues {
  isOwn?: boolean;
  publicKey?: string;
  serial?: string;
}

/** A developer who makes the pair at home gives the public half, and the name they call it by. */
export function OwnKeyFields({ isOwn }: { isOwn: boolean }) {
  const { security: copy } = useCopy().settings;
  return (
    <>
      <Form.Item name="isOwn" valuePropName="checked" extra={copy.ownHint}>
        <Checkbox>{copy.own}</Checkbox>
      </Form.Item>
      {isOwn && (
        <>
          <Form.Item
            name="publicKey"
            label={copy.publicKey}
            rules={[
              {
                validator: async (_rule, text = '') => {
                  if (text.includes('PRIVATE KEY')) throw new Error(copy.privateRule);
                  if (!text.includes('-----BEGIN ')) throw new Error(copy.publicKeyRule);
                },
              },
            ]}
          >
            <Input.TextArea
              className="mono"
              rows={6}
              maxLength={MOST_CHARACTERS}
              placeholder="-----BEGIN PUBLIC KEY-----"
              autoComplete="off"
              spellCheck={false}
            />
          </Form.Item>
          <Form.Item
            name="serial"
            label={copy.serial}
            extra={copy.serialHint}
            rules={[{ pattern: SERIAL, transform: (typed?: string) => typed?.trim(), message: copy.serialRule }]}
          >
            <Input className="mono wide-field" maxLength={72} autoComplete="off" spellCheck={false} />
          </Form.Item>
        </>
      )}
    </>
  );
}

/** What of it is sent; nothing where the server makes the pair. */
export const ownKeyOf = ({ isOwn = false, publicKey = '', serial = '' }: OwnKeyValues) =>
  isOwn ? { publicKey: publicKey.trim(), ...(serial.trim() !== '' && { serial: serial.trim() }) } : {};
