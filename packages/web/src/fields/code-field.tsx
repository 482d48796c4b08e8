import { Form, Input } from 'antd';
import { useCopy } from '../appearance/appearance';

/** The code of a second factor. `mayRecover`: a recovery code does as well. */
export function CodeField({ mayRecover }: { mayRecover: boolean }) {
  const { login } = useCopy();
  return (
    <Form.Item
      name="code"
      label={login.code}
      extra={mayRecover ? login.codeOrRecovery : login.codeHint}
      rules={[{ required: true, min: 6, whitespace: true, message: login.codeRule }]}
    >
      <Input
        className="mono"
        autoComplete="one-time-code"
        inputMode={mayRecover ? 'text' : 'numeric'}
        autoFocus
        maxLength={32}
        spellCheck={false}
      />
    </Form.Item>
  );
}
