import type { NewAppBody } from '@minilens/wire/report-api';
import { Form, Input } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { ApiError } from '../../query/api-error';

/** As in the contract, whose schemas the browser does not load. */
const APPID = /^wx[0-9a-f]{16}$/;

interface NewAppFormProps {
  isPending: boolean;
  error: Error | null;
  onSubmit: (body: NewAppBody) => void;
}

export function NewAppForm({ isPending, error, onSubmit }: NewAppFormProps) {
  const { newApp } = useCopy();
  const isThere = error instanceof ApiError && error.status === 409;
  const submit = ({ appid, name }: { appid: string; name?: string }) => {
    const called = name?.trim();
    onSubmit(called ? { appid: appid.trim(), name: called } : { appid: appid.trim() });
  };
  return (
    <Form layout="vertical" requiredMark={false} onFinish={submit}>
      <Form.Item
        name="appid"
        label={newApp.appid}
        rules={[
          { required: true, pattern: APPID, transform: (value?: string) => value?.trim(), message: newApp.appidRule },
        ]}
      >
        <Input className="mono" placeholder="wx0123456789abcdef" autoComplete="off" spellCheck={false} autoFocus />
      </Form.Item>
      <Form.Item name="name" label={newApp.name}>
        <Input placeholder={newApp.nameHint} maxLength={64} autoComplete="off" />
      </Form.Item>
      <FormProblem error={error} known={isThere ? newApp.exists : undefined} />
      <Button look="primary" type="submit" isBusy={isPending}>
        {newApp.submit}
      </Button>
    </Form>
  );
}
