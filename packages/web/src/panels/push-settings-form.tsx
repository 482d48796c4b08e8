import type { PushSettings } from '@minilens/wire/push-report';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, Input, Radio } from 'antd';
import { useCopy } from '../appearance/appearance';
import { ApiError } from '../query/api-error';
import { changePushSettings, pushSettings } from '../query/push';
import { useApp } from './app-context';
import { FormEnd } from './form-end';
import { FormProblem } from './form-problem';
import { bodyOf, fieldsOf, type PushSettingsFields } from './push-settings-body';

/** As in the contract, whose schemas the browser does not load. */
const UPSTREAM = /^https?:\/\/[^/]/;
const TOKEN = /^[0-9A-Za-z]{3,32}$/;
const KEY = /^[0-9A-Za-z]{43}$/;

const MODES = ['plain', 'compatible', 'safe'] as const satisfies PushSettings['mode'][];
const FORMATS = ['xml', 'json'] as const satisfies PushSettings['format'][];
const SECRETS = [
  'token',
  'removesToken',
  'encodingAesKey',
  'removesKey',
] as const satisfies (keyof PushSettingsFields)[];

export function PushSettingsForm({ settings }: { settings: PushSettings }) {
  const { pushSettings: copy } = useCopy();
  const { appid } = useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<PushSettingsFields>();
  const change = useMutation({
    mutationFn: (fields: PushSettingsFields) => changePushSettings(appid, bodyOf(fields)),
    onSuccess: (saved) => {
      queries.setQueryData(pushSettings(appid).queryKey, saved);
      form.resetFields([...SECRETS]);
    },
  });

  const isRefused = change.error instanceof ApiError && change.error.code === 'NO_ACCESS';
  return (
    <Form<PushSettingsFields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={fieldsOf(settings)}
      onValuesChange={() => change.reset()}
      onFinish={(fields) => change.mutate(fields)}
    >
      <Form.Item
        name="upstream"
        label={copy.upstream}
        extra={copy.upstreamHint}
        rules={[{ pattern: UPSTREAM, transform: trimmed, message: copy.upstreamRule }]}
      >
        <Input
          className="mono"
          placeholder="https://shop.example.com/wechat"
          maxLength={2_048}
          autoComplete="off"
          spellCheck={false}
        />
      </Form.Item>
      <div className="fields">
        <Form.Item name="mode" label={copy.mode} extra={copy.asInConsole}>
          <Radio.Group aria-label={copy.mode} options={MODES.map((value) => ({ value, label: copy.modes[value] }))} />
        </Form.Item>
        <Form.Item name="format" label={copy.format} extra={copy.asInConsole}>
          <Radio.Group
            aria-label={copy.format}
            options={FORMATS.map((value) => ({ value, label: copy.formats[value] }))}
          />
        </Form.Item>
      </div>
      <Secret
        name="token"
        removal="removesToken"
        label={copy.token}
        hint={copy.tokenHint}
        rule={{ pattern: TOKEN, message: copy.tokenRule }}
        isSet={settings.hasToken}
        maxLength={32}
      />
      <Secret
        name="encodingAesKey"
        removal="removesKey"
        label={copy.key}
        hint={copy.keyHint}
        rule={{ pattern: KEY, message: copy.keyRule }}
        isSet={settings.hasKey}
        maxLength={43}
      />
      <Form.Item name="coverLate" valuePropName="checked" extra={copy.coverLateHint}>
        <Checkbox>{copy.coverLate}</Checkbox>
      </Form.Item>
      <Form.Item name="keepContent" valuePropName="checked" extra={copy.keepContentHint}>
        <Checkbox>{copy.keepContent}</Checkbox>
      </Form.Item>
      <FormProblem error={change.error} known={isRefused ? copy.administratorsOnly : undefined} />
      <FormEnd label={copy.save} done={copy.saved} change={change} />
    </Form>
  );
}

interface SecretProps {
  name: 'token' | 'encodingAesKey';
  removal: 'removesToken' | 'removesKey';
  label: string;
  hint: string;
  rule: { pattern: RegExp; message: string };
  isSet: boolean;
  maxLength: number;
}

/** What cannot be read again: only whether it is there, a new one, or that it goes. */
function Secret({ name, removal, label, hint, rule, isSet, maxLength }: SecretProps) {
  const { pushSettings: copy } = useCopy();
  const isRemoved = Form.useWatch<boolean | undefined>(removal) ?? false;
  return (
    <>
      <Form.Item name={name} label={label} extra={hint} rules={[{ ...rule, transform: trimmed }]}>
        <Input.Password
          className="mono"
          placeholder={isSet ? copy.isSet : copy.isNotSet}
          disabled={isRemoved}
          autoComplete="new-password"
          spellCheck={false}
          // Room for the spaces that copying brings.
          maxLength={maxLength + 8}
        />
      </Form.Item>
      {isSet && (
        <Form.Item name={removal} valuePropName="checked" className="secret-removal">
          <Checkbox>{copy.remove(label)}</Checkbox>
        </Form.Item>
      )}
    </>
  );
}

const trimmed = (typed?: string) => typed?.trim();
