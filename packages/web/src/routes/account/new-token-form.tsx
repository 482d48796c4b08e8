import type { Scope } from '@minilens/wire/accounts-api';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, InputNumber } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { SecretOnce } from '../../panels/secret-once';
import { useOwnFormat } from '../../panels/use-own-format';
import { apiTokens, makeApiToken, me } from '../../query/account';

/** As in the contract, whose schemas the browser does not load. */
const SCOPES = ['read:reports', 'read:records', 'import', 'manage'] as const satisfies Scope[];
/** Unit: days. */
const [MOST_DAYS, STANDARD_DAYS] = [366, 90];

interface Fields {
  name: string;
  scopes: Scope[];
  /** None: all. */
  apps: string[];
  days: number;
}

export function NewTokenForm() {
  const { account } = useCopy();
  const copy = account.tokens;
  const format = useOwnFormat();
  const queries = useQueryClient();
  const apps = useQuery(me()).data?.apps ?? [];
  const [form] = Form.useForm<Fields>();
  const making = useMutation({
    mutationFn: ({ name, scopes, apps, days }: Fields) =>
      makeApiToken({ name: name.trim(), scopes, apps: apps.length === 0 ? null : apps, days }),
    onSuccess: () => {
      form.resetFields();
      return queries.invalidateQueries({ queryKey: apiTokens().queryKey });
    },
  });
  return (
    <>
      {making.data && (
        <SecretOnce name={copy.token} value={making.data.token} copyLabel={copy.copyToken}>
          {copy.tokenWhy(format.moment(making.data.endsAt))}
        </SecretOnce>
      )}
      <Form<Fields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ scopes: ['read:reports'], apps: [], days: STANDARD_DAYS }}
        onFinish={(fields) => making.mutate(fields)}
      >
        <p className="form-intro">{copy.why}</p>
        <div className="fields">
          <Form.Item
            name="name"
            label={copy.name}
            extra={copy.nameHint}
            rules={[{ required: true, whitespace: true, message: copy.nameMissing }]}
          >
            <Input className="wide-field" maxLength={64} autoComplete="off" />
          </Form.Item>
          <Form.Item
            name="days"
            label={copy.days}
            rules={[{ required: true, type: 'integer', min: 1, max: MOST_DAYS, message: copy.daysRule }]}
          >
            <InputNumber min={1} max={MOST_DAYS} precision={0} suffix={copy.daysUnit} />
          </Form.Item>
        </div>
        <Form.Item
          name="scopes"
          label={copy.scopes}
          rules={[
            {
              // Not `required`: that would say so of a group, which no group may say.
              validator: async (_rule, scopes: Scope[]) => {
                if (scopes.length === 0) throw new Error(copy.scopesMissing);
              },
            },
          ]}
        >
          <Checkbox.Group className="choices">
            {SCOPES.map((scope) => (
              <Checkbox key={scope} value={scope}>
                {copy.scopeNames[scope]} <span className="muted">{copy.scopeMeanings[scope]}</span>
              </Checkbox>
            ))}
          </Checkbox.Group>
        </Form.Item>
        {apps.length > 0 && (
          <Form.Item name="apps" label={account.apps.title} extra={copy.appsHint}>
            <Checkbox.Group
              className="choices"
              options={apps.map(({ appid, name }) => ({ value: appid, label: name }))}
            />
          </Form.Item>
        )}
        <FormProblem error={making.error} known={undefined} />
        <Button look="primary" type="submit" isBusy={making.isPending}>
          {copy.makeNow}
        </Button>
      </Form>
    </>
  );
}
