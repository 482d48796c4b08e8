// Asks for a few days at once with a token it shares with other processes. Says `asking` when it has begun.
import { createWechat } from '@minilens/wechat/client';
import { fileTokenCache } from '@minilens/wechat/client/file-token-cache';

const [baseUrl, directory, appid, secret] = process.argv.slice(2);
const { analysis } = createWechat({ appid, secret, baseUrl, tokens: fileTokenCache(directory) });
const days = ['20210912', '20210913', '20210914'];
const answers = Promise.all(days.map((day) => analysis.getDailyVisitTrend({ beginDate: day, endDate: day })));
console.log('asking');
console.log((await answers).length);
