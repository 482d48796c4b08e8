import type { AgentConfig } from '@minilens/wire/agent-config';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Checkbox, Form, InputNumber, Radio, Select } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { AntDesign } from '../../fields/ant-design';
import { useApp } from '../../panels/app-context';
import { Button } from '../../panels/button';
import { FormProblem } from '../../panels/form-problem';
import { agentConfig, changeAgentConfig } from '../../query/settings';
import { type AgentConfigFields, configOf, fieldsOf, SAMPLED_KINDS, wrongName } from './agent-config-fields';

/** As in the contract, whose schemas the browser does not load. */
const MOST_NAMES = 200;
/** Of sessions: with none, no agent would ever hear of another share. Unit: percent. */
const SMALLEST_SHARE = 0.0001;

const CHOICES = ['app', 'all', 'these'] as const satisfies AgentConfigFields['interfaces'][];

interface AgentConfigFormProps {
  values: AgentConfig;
  onSaved: () => void;
  onCancel: () => void;
}

/** Which interfaces are watched, and which share of everything; what is left empty the app decides. */
export default function AgentConfigForm({ values, onSaved, onCancel }: AgentConfigFormProps) {
  const { settings, confirm } = useCopy();
  const copy = settings.agentConfig;
  const { appid } = useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<AgentConfigFields>();
  const initial = fieldsOf(values);
  const isOff = Form.useWatch('isOff', form) ?? initial.isOff;
  const interfaces = Form.useWatch('interfaces', form) ?? initial.interfaces;
  const change = useMutation({
    mutationFn: (fields: AgentConfigFields) => changeAgentConfig(appid, configOf({ ...initial, ...fields })),
    onSuccess: (saved) => {
      queries.setQueryData(agentConfig(appid).queryKey, saved);
      onSaved();
    },
  });
  return (
    <AntDesign>
      <Form<AgentConfigFields>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initial}
        onValuesChange={() => change.reset()}
        onFinish={(fields) => change.mutate(fields)}
      >
        <Form.Item name="isOff" valuePropName="checked" extra={copy.switchOffHint}>
          <Checkbox>{copy.switchOff}</Checkbox>
        </Form.Item>
        {isOff && !initial.isOff && <p className="bad">{copy.offWarning}</p>}
        <Form.Item name="interfaces" label={copy.interfaces} extra={copy.interfacesHint}>
          <Radio.Group
            aria-label={copy.interfaces}
            options={CHOICES.map((value) => ({ value, label: copy.interfaceChoices[value] }))}
          />
        </Form.Item>
        {interfaces === 'these' && (
          <Form.Item
            name="names"
            label={copy.names}
            extra={copy.namesHint}
            rules={[
              {
                validator: async (_rule, names: string[]) => {
                  const wrong = wrongName(names);
                  if (wrong !== undefined) throw new Error(copy.nameRule(wrong));
                  if (names.length > MOST_NAMES) throw new Error(copy.namesRule);
                },
              },
            ]}
          >
            <Select mode="tags" className="mono" open={false} suffixIcon={null} tokenSeparators={[',', ' ', '\n']} />
          </Form.Item>
        )}
        <h3>{copy.sampling}</h3>
        <p className="muted">{copy.samplingHint}</p>
        <div className="shares-of-events">
          {SAMPLED_KINDS.map((kind) => (
            <Form.Item
              key={kind}
              name={['shares', kind]}
              label={copy.shares[kind]}
              extra={copy.shareMeanings[kind]}
              rules={[
                {
                  type: 'number',
                  min: kind === 'session' ? SMALLEST_SHARE : 0,
                  max: 100,
                  message: kind === 'session' ? copy.sessionRule : copy.shareRule,
                },
              ]}
            >
              <InputNumber<number> placeholder="—" suffix="%" />
            </Form.Item>
          ))}
        </div>
        <FormProblem error={change.error} known={undefined} />
        <div className="form-end">
          <Button look="primary" type="submit" isBusy={change.isPending}>
            {settings.data.save}
          </Button>
          <Button onClick={onCancel}>{confirm.cancel}</Button>
        </div>
      </Form>
    </AntDesign>
  );
}
