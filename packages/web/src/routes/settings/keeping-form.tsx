import type { Keeping, KeepingBody } from '@minilens/wire/report-api';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Form, InputNumber } from 'antd';
import { useCopy } from '../../appearance/appearance';
import { useApp } from '../../panels/app-context';
import { FormEnd } from '../../panels/form-end';
import { FormProblem } from '../../panels/form-problem';
import { changeKeeping, keeping } from '../../query/settings';

/** As in the contract, whose schemas the browser does not load. Unit: days. */
const [FEWEST, MOST] = [8, 3_650];

type Fields = Required<KeepingBody>;

export function KeepingForm({ kept: { eventsDays, rollupsDays } }: { kept: Keeping }) {
  const { settings } = useCopy();
  const copy = settings.data;
  const { appid } = useApp();
  const queries = useQueryClient();
  const [form] = Form.useForm<Fields>();
  const events = Form.useWatch('eventsDays', form) ?? eventsDays;
  const rollups = Form.useWatch('rollupsDays', form) ?? rollupsDays;
  const isShorter = events < eventsDays || rollups < rollupsDays;
  const change = useMutation({
    mutationFn: (fields: Fields) => changeKeeping(appid, fields),
    onSuccess: (saved) => queries.setQueryData(keeping(appid).queryKey, saved),
  });
  const limits = { required: true, type: 'integer', min: FEWEST, max: MOST, message: copy.daysRule } as const;
  return (
    <Form<Fields>
      form={form}
      layout="vertical"
      requiredMark={false}
      initialValues={{ eventsDays, rollupsDays }}
      onValuesChange={() => change.reset()}
      onFinish={(fields) => change.mutate(fields)}
    >
      <div className="fields">
        <Form.Item name="eventsDays" label={copy.eventsDays} extra={copy.eventsDaysHint} rules={[limits]}>
          <InputNumber min={FEWEST} max={MOST} precision={0} suffix={copy.daysUnit} />
        </Form.Item>
        <Form.Item
          name="rollupsDays"
          label={copy.rollupsDays}
          extra={copy.rollupsDaysHint}
          dependencies={['eventsDays']}
          rules={[
            limits,
            ({ getFieldValue }) => ({
              validator: async (_rule, days: number) => {
                if (days < getFieldValue('eventsDays')) throw new Error(copy.rollupsRule);
              },
            }),
          ]}
        >
          <InputNumber min={FEWEST} max={MOST} precision={0} suffix={copy.daysUnit} />
        </Form.Item>
      </div>
      {isShorter && <p className="bad">{copy.shorter}</p>}
      <FormProblem error={change.error} known={undefined} />
      <FormEnd label={copy.save} done={copy.saved} change={change} />
    </Form>
  );
}
