import { Button, Text, View } from '@tarojs/components';
import Taro from '@tarojs/taro';
import { useState } from 'react';

const { shop } = require('../../config.js');

export default function Index() {
  const [status, setStatus] = useState('');
  const [isBroken, setIsBroken] = useState(false);

  const openDetail = () => Taro.navigateTo({ url: '/pages/detail/detail?id=puer' });
  const scan = () =>
    Taro.scanCode({}).then(
      ({ result }) => setStatus(result),
      ({ errMsg }) => setStatus(errMsg),
    );
  const request = async () => setStatus(String((await Taro.request({ url: `${shop}/healthz` })).statusCode));
  const fail = () => {
    throw new Error('The handler failed');
  };
  const breakRender = () => setIsBroken(true);

  if (isBroken) throw new Error('The page failed');
  return (
    <View>
      <Text>{status}</Text>
      <Button id="open-detail" onClick={openDetail}>
        看茶
      </Button>
      <Button id="scan" onClick={scan}>
        扫码
      </Button>
      <Button id="request" onClick={request}>
        问店
      </Button>
      <Button id="fail" onClick={fail}>
        出错
      </Button>
      <Button id="break-render" onClick={breakRender}>
        破页
      </Button>
    </View>
  );
}
