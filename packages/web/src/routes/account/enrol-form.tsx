import type { NewSecondFactor } from '@minilens/wire/accounts-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Input, QRCode } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { CodeField } from '../../fields/code-field';
import { Button } from '../../panels/button';
import { CodeBlock } from '../../panels/code-block';
import { CopyButton } from '../../panels/copy-button';
import { FormProblem } from '../../panels/form-problem';
import { confirmSecondFactor, enrolSecondFactor, me } from '../../query/account';
import { isSignedOut } from '../../query/api-error';

/** The password first, then a code that shows that the authenticator app has the secret. */
export function EnrolForm({ onDone }: { onDone: (recoveryCodes: readonly string[]) => void }) {
  const { account, login } = useCopy();
  const copy = account.factor;
  const beginning = useMutation({ mutationFn: ({ password }: { password: string }) => enrolSecondFactor(password) });
  if (beginning.data) return <Confirmation factor={beginning.data} onDone={onDone} />;
  return (
    <Form<{ password: string }>
      className="short-form"
      layout="vertical"
      requiredMark={false}
      onFinish={(body) => beginning.mutate(body)}
    >
      <p className="form-intro">{copy.why}</p>
      <Form.Item
        name="password"
        label={account.signIn.current}
        rules={[{ required: true, message: login.passwordMissing }]}
      >
        <Input.Password autoComplete="current-password" maxLength={256} />
      </Form.Item>
      <FormProblem error={beginning.error} known={isSignedOut(beginning.error) ? account.signIn.wrong : undefined} />
      <Button look="primary" type="submit" isBusy={beginning.isPending}>
        {copy.begin}
      </Button>
    </Form>
  );
}

interface ConfirmationProps {
  factor: NewSecondFactor;
  onDone: (recoveryCodes: readonly string[]) => void;
}

function Confirmation({ factor: { uri, secret }, onDone }: ConfirmationProps) {
  const { account, login } = useCopy();
  const copy = account.factor;
  const queries = useQueryClient();
  const confirmation = useMutation({
    mutationFn: ({ code }: { code: string }) => confirmSecondFactor(code.trim()),
    onSuccess: ({ recoveryCodes }) => {
      onDone(recoveryCodes);
      return queries.invalidateQueries({ queryKey: me().queryKey });
    },
  });
  return (
    <ol className="steps">
      <li>
        <h3>{copy.scanTitle}</h3>
        <p className="muted">{copy.scan}</p>
        <div className="qr">
          {/* Cameras want dark on light, also where the screen is dark. */}
          <QRCode
            aria-label={copy.qr}
            value={uri}
            type="svg"
            size={192}
            color="#000000"
            bgColor="#ffffff"
            bordered={false}
          />
        </div>
        <p className="muted">{copy.orType}</p>
        <CodeBlock code={secret.replace(/(.{4})(?=.)/g, '$1 ')} label={copy.secret} />
        <CopyButton text={secret} label={copy.copySecret} />
      </li>
      <li>
        <h3>{copy.confirmTitle}</h3>
        <Form<{ code: string }>
          className="short-form"
          layout="vertical"
          requiredMark={false}
          onFinish={(body) => confirmation.mutate(body)}
        >
          <CodeField mayRecover={false} />
          <FormProblem
            error={confirmation.error}
            known={isSignedOut(confirmation.error) ? login.wrongCode : undefined}
          />
          <Button look="primary" type="submit" isBusy={confirmation.isPending}>
            {copy.turnOn}
          </Button>
        </Form>
      </li>
    </ol>
  );
}
