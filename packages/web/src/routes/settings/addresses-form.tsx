import type { AppAccess } from '@minilens/wire/wechat-access';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, Radio, Select } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { FormEnd } from '../../panels/form-end';
import { FormProblem } from '../../panels/form-problem';
import { appAccess, changeAccess } from '../../query/access';
import { bareNetworks, wrongNetwork } from './networks';

/** As in the contract, whose schemas the browser does not load. */
const MOST_NETWORKS = 100;

const CHOICES = ['any', 'these'] as const;

interface Fields {
  from: (typeof CHOICES)[number];
  networks: string[];
}

/** `addresses` is null where the app is called from anywhere. */
export function AddressesForm({ addresses }: Pick<AppAccess, 'addresses'>) {
  const { settings } = useCopy();
  const copy = settings.addresses;
  const { appid } = useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const initial: Fields = { from: addresses === null ? 'any' : 'these', networks: addresses ?? [] };
  const from = Form.useWatch('from', form) ?? initial.from;
  const change = useMutation({
    mutationFn: ({ from, networks }: Fields) =>
      changeAccess(appid, { addresses: from === 'any' ? null : bareNetworks(networks) }),
    onSuccess: (saved) => queries.setQueryData(appAccess(appid).queryKey, saved),
  });
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={initial}
      onValuesChange={() => change.reset()}
      onFinish={(fields) => change.mutate({ ...initial, ...fields })}
    >
      <Form.Item name="from" label={copy.from}>
        <Radio.Group aria-label={copy.from} options={CHOICES.map((value) => ({ value, label: copy.choices[value] }))} />
      </Form.Item>
      {from === 'these' && (
        <Form.Item
          name="networks"
          label={copy.networks}
          extra={copy.networksHint}
          rules={[
            {
              validator: async (_rule, networks: string[]) => {
                if (networks.length === 0) throw new Error(copy.missing);
                const wrong = wrongNetwork(networks);
                if (wrong !== undefined) throw new Error(copy.wrong(wrong));
                if (networks.length > MOST_NETWORKS) throw new Error(copy.most);
              },
            },
          ]}
        >
          <Select mode="tags" className="mono" open={false} suffixIcon={null} tokenSeparators={[',', ' ', '\n']} />
        </Form.Item>
      )}
      <FormProblem error={change.error} known={undefined} />
      <FormEnd label={settings.data.save} done={settings.data.saved} change={change} />
    </Form>
  );
}
