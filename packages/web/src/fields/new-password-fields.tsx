import { Form, Input } from 'antd';
import { useCopy } from '../appearance/appearance';

export interface NewPassword {
  password: string;
  again: string;
}

/** A new password, twice, as every form of one asks for it. */
export function NewPasswordFields() {
  const { setup } = useCopy();
  return (
    <>
      <Form.Item
        name="password"
        label={setup.password}
        extra={setup.passwordRule}
        rules={[{ required: true, min: 10, message: setup.passwordRule }]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Form.Item
        name="again"
        label={setup.again}
        dependencies={['password']}
        rules={[
          ({ getFieldValue }) => ({
            validator: async (_rule, again) => {
              if (again !== getFieldValue('password')) throw new Error(setup.againRule);
            },
          }),
        ]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
    </>
  );
}
