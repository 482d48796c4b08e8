import { Text } from '@tarojs/components';
import { useRouter, useShareAppMessage } from '@tarojs/taro';

export default function Detail() {
  const { id } = useRouter().params;
  useShareAppMessage(() => ({ title: id, path: `/pages/detail/detail?id=${id}` }));
  return <Text>{id}</Text>;
}
